using System.Diagnostics;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Ask;
using ChatApprovals.Tests.Journeys;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Recipes;

/// <summary>
/// A folder in which a recipe of <c>docs/recipes</c> is run as it stands there, with the program <c>ChatApprovals</c> on
/// the path and nothing else of ours.
/// </summary>
internal sealed class RecipePlace : IDisposable
{
    private readonly string _tools;

    public RecipePlace()
    {
        Folder = Directory.CreateTempSubdirectory("recipe-").FullName;
        _tools = Directory.CreateDirectory(Path.Combine(Folder, "tools")).FullName;
        AddTool("ChatApprovals", $"exec dotnet '{new PlaygroundOptions().BotProgram}' \"$@\"");
    }

    public string Folder { get; }

    public string In(string name) => Path.Combine(Folder, name);

    /// <summary>What is in <c>docs/recipes</c>.</summary>
    public static string Recipe(string name) => SharedData.InRepository($"docs/recipes/{name}");

    /// <summary>A program on the path, found before those of the system.</summary>
    public void AddTool(string name, string script)
    {
        var path = Path.Combine(_tools, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode all =
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.SetUnixFileMode(path, all);
        }
    }

    /// <summary>How a program of the recipe is started: asks the site's bot as its agent, for Alice.</summary>
    public ProcessStartInfo Start(Site site, string program, params string[] words)
    {
        var start = AskProcess.Info(site.Bot.Url, site.AgentKey);
        start.FileName = program;
        start.ArgumentList.Clear();
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        start.WorkingDirectory = Folder;
        start.Environment["PATH"] = $"{_tools}:{Environment.GetEnvironmentVariable("PATH")}";
        return start;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

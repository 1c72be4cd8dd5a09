using System.Buffers.Binary;
using System.Text.Json;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Teams;

/// <summary>What is told to Teams of the app: the parts of the v1.25 schema that the manifest uses.</summary>
public sealed class TeamsManifestTests
{
    private static readonly string s_folder = System.IO.Path.Combine(Root(), "manifests", "teams");

    [Fact]
    public void Every_member_is_one_that_the_schema_knows_and_none_that_it_requires_is_missing()
    {
        using var schema = JsonDocument.Parse(
            SharedData.Text("data/teams/manifest-v1.25.schema.json")
        );
        using var manifest = Manifest();
        var known = schema.RootElement.GetProperty("properties");
        Assert.All(
            manifest.RootElement.EnumerateObject(),
            m => Assert.True(known.TryGetProperty(m.Name, out _), m.Name)
        );
        Assert.All(
            schema.RootElement.GetProperty("required").EnumerateArray(),
            r => Assert.True(manifest.RootElement.TryGetProperty(r.GetString()!, out _))
        );
    }

    [Fact]
    public void The_bot_is_for_people_teams_and_group_chats_and_keeps_the_limits()
    {
        using var manifest = Manifest();
        var bot = Assert.Single(manifest.RootElement.GetProperty("bots").EnumerateArray());
        Assert.Equal(
            ["personal", "team", "groupChat"],
            bot.GetProperty("scopes").EnumerateArray().Select(s => s.GetString()!),
            StringComparer.Ordinal
        );
        var commands = bot.GetProperty("commandLists")[0].GetProperty("commands");
        Assert.InRange(commands.GetArrayLength(), 1, 12);
        var description = manifest.RootElement.GetProperty("description");
        Assert.InRange(description.GetProperty("short").GetString()!.Length, 1, 80);
    }

    [Theory]
    [InlineData("color.png", 192)]
    [InlineData("outline.png", 32)]
    public void The_icons_have_the_size_that_Teams_wants(string name, int size)
    {
        var png = File.ReadAllBytes(System.IO.Path.Combine(s_folder, name));
        Assert.Equal("PNG"u8.ToArray(), png[1..4]);
        Assert.Equal(size, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(size, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    private static JsonDocument Manifest() =>
        JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(s_folder, "manifest.json")));

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory!.FullName, "ChatApprovals.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}

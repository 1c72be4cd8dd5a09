namespace ChatApprovals.Playground;

/// <summary>How the playground runs.</summary>
public sealed record PlaygroundOptions
{
    /// <summary>Where the page is; loopback only. Port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://localhost:5080";

    /// <summary>The bot's program; the one built beside the playground by default.</summary>
    public string BotProgram { get; init; } = Repository.BotProgram;

    public string DataDirectory { get; init; } = Repository.DataDirectory;

    /// <summary>Begin with the data of the last time instead of nothing.</summary>
    public bool Keep { get; init; }

    /// <summary>Settings for the bot beside those that point it at the platforms.</summary>
    public IReadOnlyDictionary<string, string> BotSettings { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    public Slack.SlackOptions Slack { get; init; } = new();
    public Teams.TeamsOptions Teams { get; init; } = new();

    /// <summary>From the command line: <c>--urls URL --bot PROGRAM --data DIRECTORY --keep</c>. The sentence says what is
    /// wrong with it.</summary>
    public static (PlaygroundOptions? Options, string? Problem) Parse(IReadOnlyList<string> args)
    {
        var options = new PlaygroundOptions();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, inline) = args[i].Split('=', 2) is [var n, var v] ? (n, v) : (args[i], null);
            if (name is "--keep")
            {
                options = options with { Keep = true };
                continue;
            }
            var value = inline ?? (i + 1 < args.Count ? args[++i] : null);
            if (value is null)
            {
                return (null, $"{name} needs a value.");
            }
            switch (name)
            {
                case "--urls":
                    options = options with { Url = value };
                    break;
                case "--bot":
                    options = options with { BotProgram = Path.GetFullPath(value) };
                    break;
                case "--data":
                    options = options with { DataDirectory = Path.GetFullPath(value) };
                    break;
                default:
                    return (
                        null,
                        $"{name} is unknown. Known are --urls, --bot, --data and --keep."
                    );
            }
        }
        var loopback = Uri.TryCreate(options.Url, UriKind.Absolute, out var uri) && uri.IsLoopback;
        return loopback
            ? (options, null)
            : (null, $"{options.Url} is not a loopback address: the page acts as other people.");
    }
}

using System.Net;

namespace ChatApprovals.Ask;

/// <summary>Where the bot is and who asks: from the environment, never from an argument.</summary>
internal sealed record AskSettings(Uri Bot, string AgentKey, string? ConsumeKey)
{
    public const string Url = "APPROVALS_URL";
    public const string Key = "APPROVALS_KEY";
    public const string GuardKey = "APPROVALS_GUARD_KEY";
    public const string Initiator = "APPROVALS_INITIATOR";

    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <param name="options">What was typed.</param>
    /// <param name="environment">A variable's value; null if there is none.</param>
    /// <exception cref="AskException">Something is missing or unsafe.</exception>
    public static AskSettings Read(AskOptions options, Func<string, string?> environment)
    {
        var key = options.KeyFile is { } file ? FromFile(file) : environment(Key);
        var guard = environment(GuardKey);
        if (options.Consume && string.IsNullOrWhiteSpace(guard))
        {
            throw AskException.NotAsked(
                $"--consume needs a guard's key (guard add …) in {GuardKey}"
            );
        }

        return new AskSettings(
            Address(options.Url ?? environment(Url), options.PlainHttp),
            Checked(key, $"the agent's key (agent add …) is expected in {Key} or by --key-file"),
            options.Consume ? Checked(guard, $"{GuardKey} is no key") : null
        );
    }

    private static string FromFile(string path)
    {
        if (
            !OperatingSystem.IsWindows()
            && File.Exists(path)
            && (File.GetUnixFileMode(path) & OthersRead) != UnixFileMode.None
        )
        {
            throw AskException.NotAsked($"others can read the key in {path}: chmod 600 {path}");
        }

        return AskFiles.Text(path);
    }

    private static Uri Address(string? said, bool isPlainAllowed)
    {
        if (string.IsNullOrWhiteSpace(said))
        {
            throw AskException.NotAsked($"the bot's address is expected in {Url} or by --url");
        }

        if (
            !Uri.TryCreate(said.TrimEnd('/') + "/", UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https")
            || address.UserInfo.Length > 0
            || address.Query.Length > 0
        )
        {
            throw AskException.NotAsked(
                $"'{said}' is no address of a bot, as in https://approvals.example.com"
            );
        }

        return address.Scheme is "https" || isPlainAllowed || IsLoopback(address)
            ? address
            : throw AskException.NotAsked(
                "the key would go over the network in clear: use https, or say --plain-http"
            );
    }

    private static bool IsLoopback(Uri address) =>
        address.Host is "localhost"
        || IPAddress.TryParse(address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip);

    /// <summary>It becomes a header.</summary>
    private static string Checked(string? said, string sentence)
    {
        var key = said?.Trim() ?? "";
        return key.Length > 0 && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? key
            : throw AskException.NotAsked(sentence);
    }
}

using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using Microsoft.Extensions.Configuration;

namespace ChatApprovals;

/// <summary>The settings of a sub-command: the same files, environment and options as of the bot.</summary>
internal static class CommandSettings
{
    /// <exception cref="SettingsException">They do not allow it.</exception>
    public static BotOptions Read(string[] args) => Checked(BotOptions.Read(Settings(args)));

    /// <summary>Where the bot's checkpoints go.</summary>
    /// <exception cref="SettingsException">They do not allow it.</exception>
    public static AnchorOptions Anchors(string[] args)
    {
        var anchors = AnchorOptions.Read(Settings(args), Enum.GetValues<Surface>());
        return anchors.Problems.IsEmpty ? anchors : throw new SettingsException(anchors.Problems);
    }

    /// <summary>Whether it is a setting (<c>--Data:Directory=/x</c>) and no mistyped option of the command.</summary>
    public static bool IsSetting(string arg) =>
        arg.StartsWith("--", StringComparison.Ordinal)
        && arg.Split('=', 2) is [var name, _]
        && (name.Contains(':', StringComparison.Ordinal) || name is "--Urls" or "--PublicUrl");

    private static IConfigurationRoot Settings(string[] args) =>
        new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
            .AddEnvironmentVariables()
            .AddCommandLine(args)
            .Build();

    public static BotOptions Checked(BotOptions options) =>
        options.Problems.IsEmpty ? options : throw new SettingsException(options.Problems);
}

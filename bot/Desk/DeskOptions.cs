using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>What the desk needs of the settings. Null: that surface is not enabled.</summary>
public sealed record DeskOptions
{
    /// <summary><c>Limits:PendingPerAgent</c>.</summary>
    public int PendingPerAgent { get; init; } = 20;

    /// <summary><c>People:LinkWait</c>: how long a link gives no power, and a parting gives none back.</summary>
    public TimeSpan LinkWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary><c>People:GroupWait</c>: how long a new member of a group has no say by it.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.Zero;

    public bool Slack { get; init; }
    public bool Teams { get; init; }

    /// <summary><c>Slack:DefaultChannel</c>.</summary>
    public string? SlackDefault { get; init; }

    /// <summary><c>Teams:DefaultConversation</c>; else the last channel the bot was added to.</summary>
    public string? TeamsDefault { get; init; }
}

/// <summary>Where the cards of a policy go. Pure.</summary>
public static class Routing
{
    private const string Fallback = "default";

    /// <summary>
    /// The policy's own route, else the route <c>default</c>, else the surfaces' default conversations;
    /// never a surface that is not enabled. Empty: nobody would see the card.
    /// </summary>
    public static IReadOnlyList<Destination> For(
        Policy policy,
        Register register,
        DeskOptions options
    )
    {
        var route =
            register.Routes.GetValueOrDefault(policy.Name)
            ?? register.Routes.GetValueOrDefault(Fallback);
        var chosen = route?.Destinations ?? [.. Defaults(register, options)];
        return
        [
            .. chosen
                .Concat(policy.Notify)
                .Where(d => d.Surface == Surface.Slack ? options.Slack : options.Teams)
                .Distinct(),
        ];
    }

    private static IEnumerable<Destination> Defaults(Register register, DeskOptions options)
    {
        if (options.SlackDefault is { Length: > 0 } channel)
        {
            yield return new Destination(Surface.Slack, channel);
        }

        var teams = options.TeamsDefault is { Length: > 0 } conversation
            ? conversation
            : register
                .Places.Values.Where(p =>
                    string.Equals(p.Kind, "channel", StringComparison.Ordinal)
                )
                .MaxBy(p => p.AddedAt)
                ?.Conversation;
        if (teams is not null)
        {
            yield return new Destination(Surface.Teams, teams);
        }
    }
}

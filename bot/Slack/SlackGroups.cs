using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Slack;

/// <summary>
/// User groups, all with their members in one call: <c>usergroups.list</c> with <c>include_users</c>
/// (docs.slack.dev/reference/methods/usergroups.list; scope <c>usergroups:read</c>, tier 2: 20 a minute).
/// A positive check: what is disabled, shared with others or odd is left out.
/// </summary>
internal static class SlackGroups
{
    private static readonly KeyValuePair<string, string>[] s_fields =
    [
        new("include_users", "true"),
        new("include_disabled", "false"),
    ];

    public static async Task<GroupsAnswer> ReadAsync(
        SlackClient client,
        SlackInstall install,
        CancellationToken cancel
    )
    {
        if (await install.GetAsync(cancel) is not { } us)
        {
            return new GroupsAnswer.Unknown("Slack does not say who we are", After: null);
        }

        return await client.FormAsync("usergroups.list", s_fields, cancel) switch
        {
            SlackResult.Done done => Read(done.Body, us.Team),
            SlackResult.Throttled slow => new GroupsAnswer.Unknown(slow.Text, slow.After),
            SlackResult.Refused refused => new GroupsAnswer.Unknown(
                SlackErrors.Sentence(refused),
                After: null
            ),
            var other => new GroupsAnswer.Unknown(other.Text, After: null),
        };
    }

    /// <summary>Pure.</summary>
    public static GroupsAnswer Read(JsonElement body, string team) =>
        body.At("usergroups") is { ValueKind: JsonValueKind.Array } groups
            ? new GroupsAnswer.Known([
                .. groups.EnumerateArray().Select(g => Group(g, team)).OfType<DirectoryGroup>(),
            ])
            : new GroupsAnswer.Unknown(
                "Slack did not say which user groups there are",
                After: null
            );

    private static DirectoryGroup? Group(JsonElement group, string team)
    {
        if (
            group.Text("id") is not { } id
            || !GroupSource.TryParse(
                $"{GroupSource.SlackPrefix}:{team}:{id}",
                provider: null,
                out var source
            )
            || group.At("date_delete") is not { ValueKind: JsonValueKind.Number } deleted
            || deleted.GetDouble() > 0
            || group.IsSet("is_external")
            || group.At("users") is not { ValueKind: JsonValueKind.Array } users
        )
        {
            return null;
        }

        var members = users
            .EnumerateArray()
            .Select(u => u.ValueKind == JsonValueKind.String ? u.GetString()! : "")
            .Select(u => SlackIdentity.Account(team, u))
            .OfType<AccountId>()
            .ToImmutableArray();
        return new DirectoryGroup(source, group.Text("handle") ?? id, members);
    }
}

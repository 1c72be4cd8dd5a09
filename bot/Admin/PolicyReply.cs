using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Policies;

namespace ChatApprovals.Admin;

/// <summary>What <c>policy list</c>, <c>show</c>, <c>history</c> and the form answer.</summary>
internal static class PolicyReply
{
    /// <summary>The title when YAML was refused.</summary>
    public const string Faulty = "Not understood";

    private const string Template = """
        match:
          action: ["example.*"]
        stages:
          - {approvers: [approvers], count: 1}
        expires_in: 15m
        """;

    public static Reply List(int page, Register register)
    {
        var policies = register.Policies.Policies;
        return Pages.Reply(
            "Policies: the first that matches applies",
            "policy list",
            page,
            [
                .. policies.Select((p, i) => $"{i + 1}. {Summary(p)}"),
                .. policies[^1].Match.IsEverything()
                    ? Array.Empty<string>()
                    : ["What none of them matches is denied."],
            ]
        );
    }

    public static Reply Show(string name, Register register, DeskOptions surfaces)
    {
        if (register.Policies.Named(name) is not { } policy)
        {
            return new Reply("Not found", [PolicyRules.NoSuchPolicy(register, name).Text]);
        }

        return new Reply(
            $"Policy {policy.Name}, version {policy.Version}",
            [
                .. Yaml(policy),
                $"Tried as {Place(register, name)}. Hash {policy.ContentHash()}",
                .. policy.Effect == Effect.RequireApproval
                    ? (string[])
                        [
                            $"Could approve: {Say.Names(register, Approvers(policy, register))} "
                                + "— less whoever is behind a request.",
                            $"Cards go to: {Places(policy, register, surfaces)}",
                        ]
                    : [],
                .. policy.Widenings.Select(w =>
                    $"Widened {Say.Time(w.At)} by {Say.Names(register, w.By)}"
                ),
            ]
        );
    }

    /// <summary>The policy as it is now, or an example, to be edited.</summary>
    public static Reply Form(string name, Register register)
    {
        var policy = register.Policies.Named(name);
        var yaml = policy is null ? Template : PolicyText.Write(policy).TrimEnd();
        return new Reply(
            policy is null ? $"New policy {name}" : $"Policy {name}, version {policy.Version}",
            [
                "Change it in the form, or send it as text:",
                $"policy set {name}",
                .. yaml.Split('\n'),
            ]
        )
        {
            Form = new ReplyForm(name, yaml, []),
        };
    }

    public static Reply Faults(string name, ImmutableArray<YamlFault> faults) =>
        new(
            Faulty,
            [
                .. faults.Select(f => Say.Text(Capital(f.ToString()) + ".")),
                $"The policy {name} is as it was. Nothing was changed.",
            ]
        );

    /// <summary>Own limit: each change comes with its diff.</summary>
    public const int HistoryPage = 10;

    /// <param name="asked">Which policy, which page.</param>
    /// <param name="changes">Up to the end of this page and one more, the latest first.</param>
    /// <param name="register">For the names of people as they are now.</param>
    public static Reply History(
        Command.PolicyHistory asked,
        IReadOnlyList<RegisterChange> changes,
        Register register
    ) =>
        changes.Count == 0
            ? new Reply(
                "History",
                [
                    register.Policies.Named(asked.Name) is null
                        ? PolicyRules.NoSuchPolicy(register, asked.Name).Text
                        : $"{asked.Name} is as it was from the start.",
                ]
            )
            : new Reply(
                asked.Page == 1
                    ? $"History of {asked.Name}, newest first"
                    : $"History of {asked.Name}, page {asked.Page}",
                [
                    .. changes
                        .Skip((asked.Page - 1) * HistoryPage)
                        .Take(HistoryPage)
                        .SelectMany(c => Told(c, register)),
                    .. changes.Count > asked.Page * HistoryPage
                        ? [$"Earlier: policy history {asked.Name} {asked.Page + 1}"]
                    : changes.Count <= (asked.Page - 1) * HistoryPage ? ["There are no more."]
                    : Array.Empty<string>(),
                ]
            );

    public static string Summary(Policy policy)
    {
        var does =
            policy.Effect == Effect.RequireApproval
                ? $"needs {PolicyText.Needs(policy)}"
                : WireNames.Of(policy.Effect);
        return $"{policy.Name}, version {policy.Version} — {does} — {Matches(policy)}";
    }

    public static string Place(Register register, string name)
    {
        var policies = register.Policies.Policies;
        var at = policies.Select(p => p.Name).ToImmutableArray().IndexOf(name) + 1;
        return $"{at} of {policies.Length}";
    }

    public static IEnumerable<PersonId> Approvers(Policy policy, Register register) =>
        policy.Stages.SelectMany(s => s.Approvers).SelectMany(register.MembersOf).Distinct();

    public static string Places(Policy policy, Register register, DeskOptions surfaces)
    {
        var places = Routing.For(policy, register, surfaces);
        return places.Count == 0
            ? $"nowhere. Say where: route set {policy.Name} {RouteCommand.Example(surfaces)}"
            : string.Join(", ", places.Select(CommandPrint.Of));
    }

    private static string Matches(Policy policy)
    {
        var lines = PolicyText.Write(policy).Split('\n');
        var match = lines.Where(l =>
            l.StartsWith("  ", StringComparison.Ordinal)
            && !l.StartsWith("  -", StringComparison.Ordinal)
        );
        return policy.Match.IsEverything()
            ? "matches everything"
            : "matches " + string.Join(", ", match.Select(l => l.Trim()));
    }

    private static IEnumerable<string> Told(RegisterChange told, Register register)
    {
        var change = (Fact.ConfigChanged)told.Fact;
        var (before, after) = (Read(change.Before), Read(change.After));
        var what = after is null or { Removed: true } ? "removed" : $"version {after.Version}";
        var who = change.By is { } by ? Say.Name(register, by) : "the settings";
        yield return $"{Say.Time(told.At)} — {what}, by {who}, {change.Review} (entry {told.Seq})";
        var old = before is null or { Removed: true } ? "" : PolicyText.Write(before);
        var now = after is null or { Removed: true } ? "" : PolicyText.Write(after);
        foreach (var line in PolicyText.Diff(old, now).Where(l => l[0] != ' '))
        {
            yield return line;
        }
    }

    private static Policy? Read(System.Text.Json.JsonElement? value) =>
        value is { } v
            ? System.Text.Json.JsonSerializer.Deserialize<Policy>(v, ConfigJson.Options)
            : null;

    private static string[] Yaml(Policy policy) => PolicyText.Write(policy).TrimEnd().Split('\n');

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

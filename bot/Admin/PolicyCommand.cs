using System.Collections.Immutable;
using System.Globalization;
using ChatApprovals.Approvals;
using ChatApprovals.Policies;

namespace ChatApprovals.Admin;

/// <summary><c>policy …</c>: who must approve what. Its grammar; see <see cref="PolicyRules"/>.</summary>
internal static class PolicyCommand
{
    /// <summary>Own limit: what is kept in mind for a replay.</summary>
    private const int DaysMax = 365;

    private const int HistoryPagesMax = 100;

    public static ImmutableArray<CommandForm> Forms { get; } =
    [
        Pages.Form(
            "policy list",
            Access.Readers,
            "lists the policies in the order they are tried",
            page => new Command.PolicyList(page)
        ),
        new(
            "policy show",
            "<name>",
            Access.Readers,
            "shows a policy as YAML, and who could approve",
            a => Name(a) is { } name ? new Command.PolicyShow(name) : null
        ),
        new(
            "policy history",
            "<name> [page]",
            Access.Readers,
            "shows who changed a policy, when and how, the latest first",
            a =>
                Name(a) is { } name && Pages.Number(a, HistoryPagesMax) is { } page
                    ? new Command.PolicyHistory(name, page)
                    : null
        ),
        new(
            "policy set",
            "<name>, a line break, YAML",
            Access.Admins,
            "makes or changes a policy; without YAML a form opens",
            a => Name(a) is { } name ? new Command.PolicySet(name, a.Body()) : null
        ),
        new(
            "policy remove",
            "<name>",
            Access.Admins,
            "takes a policy away; requests that wait keep theirs",
            a => Name(a) is { } name ? new Command.PolicyRemove(name) : null
        ),
        new(
            "policy move",
            "<name> first|last|before <name>",
            Access.Admins,
            "changes when a policy is tried: the first that matches applies",
            a =>
                Name(a) is { } name && Place(a) is { } place
                    ? new Command.PolicyMove(name, place)
                    : null
        ),
        new(
            "policy test",
            "<json>",
            Access.Admins,
            "says which policy a request would get, who could approve it and who would be told",
            a =>
                a.Body()?.Trim() is { } json
                    ? new Command.PolicyTest(json)
                    : a.Fail<Command>(
                        "It ends where a request should follow: {\"action\": …, \"resource\": …, \"initiator\": …}"
                    )
        ),
        new(
            "policy replay",
            "<name> <days>",
            Access.Admins,
            "says what a policy (or a draft: a line break, YAML) would have done to past requests",
            a =>
                Name(a) is { } name && Days(a) is { } days
                    ? new Command.PolicyReplay(name, days, a.Body())
                    : null
        ),
    ];

    private static string? Name(Arguments arguments) => arguments.Name("the policy's name");

    private static PolicyPlace? Place(Arguments arguments)
    {
        if (arguments.Word("first, last or before <name>") is not { } word)
        {
            return null;
        }

        return word.ToLowerInvariant() switch
        {
            "first" => new PolicyPlace.First(),
            "last" => new PolicyPlace.Last(),
            "before" => Name(arguments) is { } other ? new PolicyPlace.Before(other) : null,
            _ => arguments.Fail<PolicyPlace>(
                $"Found \"{word}\" where first, last or before <name> should be."
            ),
        };
    }

    private static int? Days(Arguments arguments)
    {
        if (arguments.Word("a number of days") is not { } word)
        {
            return null;
        }

        var digits = word.EndsWith('d') ? word[..^1] : word;
        if (
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && days is > 0 and <= DaysMax
        )
        {
            return days;
        }

        arguments.Fail<object>($"\"{word}\" is not a number of days from 1 to {DaysMax}.");
        return null;
    }
}

/// <summary>Where a policy is moved to. <c>default</c> is always last.</summary>
public abstract record PolicyPlace
{
    private PolicyPlace() { }

    public sealed record First : PolicyPlace;

    public sealed record Last : PolicyPlace;

    public sealed record Before(string Name) : PolicyPlace;
}

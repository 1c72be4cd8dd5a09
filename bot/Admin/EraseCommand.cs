using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>erase &lt;id&gt;</c>, <c>erase @p</c>: what is kept beside the ledger of a request, or of a person, is gone
/// when a second administrator confirms it. The entries stay, and with them who decided what.
/// </summary>
internal static class EraseCommand
{
    public static CommandForm Form { get; } =
        new(
            "erase",
            "<id or code|@p>",
            Access.Admins,
            "erases what was asked and said in a request, or a person's names, addresses and words; always two administrators, decisions stay",
            a =>
                a.IsAtAccount
                    ? a.Account() is { } person
                        ? new Command.ErasePerson(person)
                        : null
                    : ShowCommand.Which(a) is { } which
                        ? new Command.EraseRequest(which)
                        : null
        );

    /// <summary>What an erasure does not reach, in every answer about one.</summary>
    public static ImmutableArray<string> Beyond { get; } =
    [
        "Backups and exports from before still hold it: whoever keeps them must erase it there, and after a restore it must be erased again here.",
        "What was written beneath cards in Slack and Teams stays there: delete it there.",
    ];

    public static Proposal Propose(Approval request) =>
        Of(
            request.Id.ToString(),
            new
            {
                Erase = request.Id.ToString(),
                request.Opening.Code,
                What = OfRequest,
            }
        );

    public static Proposal Propose(Person person) =>
        Of(
            person.Id.ToString(),
            new { Erase = person.Accounts.Select(a => a.Id.ToString()), What = OfPerson }
        );

    public static string OfRequest =>
        "what was asked (properties, context, diff, evidence, words), names, reasons, questions and reports; the entries and decisions stay";

    public static string OfPerson =>
        "names, addresses and words of these accounts, and what was asked wherever it names them; the entries and decisions stay";

    /// <summary>Why a request cannot be erased now, or null.</summary>
    public static Reply? WhyNot(Approval request, Register register)
    {
        var code = request.Opening.Code;
        if (request.IsPending)
        {
            return new Reply(
                "Refused",
                [
                    $"{code} waits for a decision: whoever decides must see all of it.",
                    $"When it is decided, withdrawn or expired ({Say.Time(request.Opening.ExpiresAt)} at the latest), ask again.",
                    "Nothing was changed.",
                ]
            );
        }

        return request.Erased is { } was && !(request.Execution?.At > was.At)
            ? new Reply("Nothing to change", [$"{code}: {How(was, register)}."])
            : null;
    }

    /// <summary>Why somebody cannot be erased now, or null.</summary>
    public static Reply? WhyNot(Person person, IEnumerable<Approval> pending)
    {
        var scan = new PersonScan(person);
        var codes = pending.Where(scan.IsIn).Select(a => a.Opening.Code).ToList();
        return codes.Count == 0
            ? null
            : new Reply(
                "Refused",
                [
                    $"What waits for a decision names them: {string.Join(", ", codes)}.",
                    "When it is decided, withdrawn or expired, ask again.",
                    "Nothing was changed.",
                ]
            );
    }

    public static string How(Erasure erasure, Register register) =>
        $"erased {Say.Time(erasure.At)} by {Say.Name(register, erasure.By)}, confirmed by {Say.Name(register, erasure.ConfirmedBy)}";

    private static Proposal Of(string name, object wish) =>
        new(
            (_, _) =>
                new ConfigRuling.Set(Erasing.Area, name, wish, Widens: true) { NeedsTwo = true },
            _ => throw new InvalidOperationException("An erasure never applies at once."),
            Same: ""
        );
}

/// <content><c>erase</c></content>
public sealed partial class CommandDesk
{
    private async Task<Reply> EraseAsync(
        Command.EraseRequest erase,
        Hearing hearing,
        CancellationToken cancel
    ) =>
        await FindAsync(erase.Which, cancel) is not { } found ? NotFound(erase.Which)
        : EraseCommand.WhyNot(found, hearing.Register) is { } no ? no
        : await EraseAsync(EraseCommand.Propose(found), EraseCommand.OfRequest, hearing, cancel);

    private async Task<Reply> EraseAsync(
        Command.ErasePerson erase,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        if (hearing.Register.PersonOf(erase.Person.Account) is not { } person)
        {
            return Unknown(erase.Person);
        }

        var pending = await approvals.PendingAsync(int.MaxValue, cancel);
        return EraseCommand.WhyNot(person, pending.Where(a => a.Change?.Area is not Erasing.Area))
            ?? await EraseAsync(
                EraseCommand.Propose(person),
                EraseCommand.OfPerson,
                hearing,
                cancel
            );
    }

    private async Task<Reply> EraseAsync(
        Proposal proposal,
        string what,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var reply = await ProposeAsync(proposal, Access.Admins, hearing, cancel);
        return reply.Title is "Refused"
            ? reply
            : reply with
            {
                Lines = [.. reply.Lines, $"To be erased: {what}.", .. EraseCommand.Beyond],
            };
    }
}

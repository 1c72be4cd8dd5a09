using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>show &lt;id&gt;</c>: what one request is about, and who decided it, when and why. Long texts are cut: the card
/// and its review have them whole.
/// </summary>
internal static class ShowCommand
{
    /// <summary>As on the cards: K7Q-4XM.</summary>
    private const int CodeHalf = 3;

    /// <summary>In no code: they look like others.</summary>
    private const string InNoCode = "ILO01";

    public static CommandForm Form { get; } =
        new(
            "show",
            "<id or code>",
            Access.Anyone,
            "shows one request: what, for whom, who decided, when and why",
            a => Which(a) is { } which ? new Command.Show(which) : null
        );

    /// <summary>An id as it is, a code in capitals and with its dash; null when it is neither.</summary>
    public static string? Which(Arguments arguments)
    {
        if (arguments.Word("a request's id (apr_…) or the code on its card") is not { } word)
        {
            return null;
        }

        if (RequestId.TryParse(word, provider: null, out _))
        {
            return word;
        }

        var code = WithDash(word.ToUpperInvariant());
        return IsCode(code)
            ? code
            : arguments.Fail<string>(
                $"\"{word}\" is neither a request's id (apr_…) nor a code as on the card (K7Q-4XM)."
            );
    }

    public static Reply Answer(Approval approval, Register register, DateTimeOffset now) =>
        new(
            $"{approval.Opening.Code} is {WireNames.Of(approval.Status)}",
            [
                .. approval.Erased is { } erased
                    ?
                    [
                        $"What was asked and said was {EraseCommand.How(erased, register)}; who decided what stays.",
                    ]
                    : Array.Empty<string>(),
                .. Facts(approval, register, now),
                .. approval.Questions.SelectMany(Talk),
                .. approval.Decisions.Select(d => Decided(d, register)),
                .. Ended(approval, register),
                .. Granted(approval, register),
                .. Executed(approval),
            ]
        );

    private static IEnumerable<string> Facts(
        Approval approval,
        Register register,
        DateTimeOffset now
    )
    {
        var opening = approval.Opening;
        var request = opening.Request;
        yield return $"Request: {approval.Id}";
        foreach (var line in ShowContents.Facts(request))
        {
            yield return line;
        }

        yield return $"Agent: {opening.Agent}, owned by {Say.Names(register, opening.Owners)}";
        yield return $"Started by: {Named(request.Initiator)}";
        if (!request.OnBehalfOf.IsEmpty)
        {
            yield return $"On behalf of: {string.Join(" → ", request.OnBehalfOf.Select(Named))}";
        }

        yield return $"Risk: {WireNames.Of(opening.Risk)}";
        yield return $"Policy: {opening.Policy.Name}, version {opening.Policy.Version}";
        yield return PolicyTest.Why(opening.Policy, opening.Agent, request);
        yield return $"Asked: {Say.Time(approval.CreatedAt)}, {Say.Age(now - approval.CreatedAt)} ago";
        if (approval.IsPending)
        {
            yield return $"Expires: {Say.Time(opening.ExpiresAt)}";
            yield return $"Needs: {PendingCommand.Needs(approval, register)}";
            var forecast = Forecast.Now(approval, register);
            yield return $"Could approve now: {Say.Candidates(register, forecast.Able)}";
            foreach (var excluded in PolicyTest.Excluded(forecast, register))
            {
                yield return excluded;
            }
        }

        foreach (var line in ShowContents.Words(request))
        {
            yield return line;
        }

        yield return $"Binding hash: {opening.BindingHash}";
    }

    private static IEnumerable<string> Talk(Question question)
    {
        yield return $"{Say.Text(question.Name)} asked on {WireNames.Of(question.Surface)}, "
            + $"{Say.Time(question.At)}: {Say.Text(question.Text)}";
        yield return question.Answer is { } answer
            ? $"The agent answered, {Say.Time(answer.At)} (its words, not verified): {Say.Text(answer.Text)}"
            : "The agent has not answered.";
    }

    private static string Decided(Decision decision, Register register)
    {
        var who = decision.Person is { } id ? Say.Name(register, id) : Say.Text(decision.Name);
        var why = decision.Reason is { Length: > 0 } r ? $", reason: {Say.Text(r)}" : "";
        var place = decision.For is { } other ? $", for {Say.Name(register, other)}," : "";
        return $"{WireNames.Of(decision.Verdict)} by {who}{place} on {WireNames.Of(decision.Surface)}, "
            + $"{Say.Time(decision.At)}{why}";
    }

    private static IEnumerable<string> Ended(Approval approval, Register register)
    {
        if (approval.EndedAt is not { } at)
        {
            yield break;
        }

        var by =
            PersonId.TryParse(approval.EndedBy, provider: null, out var person)
                ? $" by {Say.Name(register, person)}"
            : approval.EndedBy is { } other ? $" by {Say.Text(other)}"
            : "";
        var why = approval.EndReason is { Length: > 0 } reason
            ? $", reason: {Say.Text(reason)}"
            : "";
        yield return $"Ended: {WireNames.Of(approval.Status)}{by}, {Say.Time(at)}{why}";
    }

    private static IEnumerable<string> Granted(Approval approval, Register register)
    {
        if (approval.Grant is not { } grant)
        {
            yield break;
        }

        if (grant.IssuedAt is { } issued && grant.ExpiresAt is { } expires)
        {
            var bound = grant.Jkt is null ? "" : ", bound to the agent's key";
            yield return $"Grant: {grant.Id}, last issued {Say.Time(issued)}, that token expires {Say.Time(expires)}{bound}";
        }

        if (grant.ConsumedAt is { } used)
        {
            yield return $"Used: {Say.Time(used)}, at the guard {grant.Guard}";
        }

        if (grant.RevokedAt is { } revoked)
        {
            var who = grant.RevokedBy is { } by ? Say.Name(register, by) : "the restored ledger";
            yield return $"Revoked: {Say.Time(revoked)} by {who}; it will not run";
        }
    }

    private static IEnumerable<string> Executed(Approval approval)
    {
        if (approval.Execution is { } run)
        {
            var detail = run.Detail is { Length: > 0 } d ? $": {Say.Text(d)}" : "";
            var who = run.Guard is { } guard ? $"The guarded endpoint {guard}" : "The agent";
            yield return $"{who} reported: {Say.Text(run.Outcome)}{detail}, {Say.Time(run.At)}";
        }
        else if (approval.Status == RequestStatus.Approved && approval.Change is null)
        {
            yield return approval.Grant is { IsConsumed: true }
                ? "What became of it is unknown: its grant was used, and nobody has reported."
            : approval.Opening.Request.Call is null
                ? "The agent has not reported what became of it."
            : "It has not been sent.";
        }
    }

    /// <summary>The identifier first: it is what is compared; the name is only what the agent says.</summary>
    private static string Named(Party party) =>
        party.Name is { Length: > 0 } name
            ? $"{Say.Text(party.Id)} ({party.Type}); the agent calls them {Say.Text(name)}"
            : $"{Say.Text(party.Id)} ({party.Type})";

    /// <summary>A code whose dash was left out; anything else stays as it is.</summary>
    private static string WithDash(string word) =>
        word.Length == 2 * CodeHalf
        && word.All(c =>
            char.IsAsciiLetterOrDigit(c) && !InNoCode.Contains(c, StringComparison.Ordinal)
        )
            ? $"{word[..CodeHalf]}-{word[CodeHalf..]}"
            : word;

    private static bool IsCode(string word) =>
        word.Split('-') is [var left, var right]
        && left.Length == CodeHalf
        && right.Length == CodeHalf
        && (left + right).All(char.IsAsciiLetterOrDigit);
}

/// <content><c>show</c></content>
public sealed partial class CommandDesk
{
    /// <summary>Own limit: more requests with one code than this are older than anybody asks for.</summary>
    private const int SameCodeMax = 20;

    private async Task<Reply> ShowAsync(
        Command.Show show,
        Hearing hearing,
        CancellationToken cancel
    ) =>
        await FindAsync(show.Which, cancel) is { } found
            ? ShowCommand.Answer(found, hearing.Register, hearing.Now)
            : NotFound(show.Which);

    /// <summary>
    /// By id or code: what waits comes before what is decided, then the newest. Null also when several
    /// with one code wait: nobody must withdraw another one than is meant.
    /// </summary>
    private async Task<Approval?> FindAsync(string which, CancellationToken cancel)
    {
        if (RequestId.TryParse(which, provider: null, out var id))
        {
            return await approvals.ShowAsync(id, cancel);
        }

        var same = await approvals.ByCodeAsync(which, SameCodeMax, cancel);
        var waiting = same.Where(a => a.IsPending).ToList();
        return waiting.Count switch
        {
            0 => same.Count > 0 ? same[0] : null,
            1 => waiting[0],
            _ => null,
        };
    }

    private static Reply NotFound(string which) =>
        new(
            "Not found",
            RequestId.TryParse(which, provider: null, out _)
                ? [$"There is no request {which}."]
                :
                [
                    $"There is no request with the code {which}, or several of them wait.",
                    "Look at the card again, or use the id (apr_…).",
                ]
        );
}

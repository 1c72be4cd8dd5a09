using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Export;

/// <summary>Whether a counted approval was somebody else's than those behind the request, and the first of that person.</summary>
internal abstract record DutiesFound
{
    private DutiesFound() { }

    /// <summary>Compared with everyone behind it, and with who approved before.</summary>
    public sealed record Apart : DutiesFound;

    /// <summary>It was not: no bot of ours counts that.</summary>
    public sealed record Broken(string What) : DutiesFound;

    /// <summary>Something that it must be compared with is not known any more, or never was.</summary>
    public sealed record Unknown(string Why) : DutiesFound;
}

/// <summary>
/// Judges approvals afterwards by the rules that judge live (<see cref="Duties"/>): the same people, the same addresses, the
/// same owners, as they were at that moment. Pure.
/// </summary>
internal static class DutiesCheck
{
    /// <param name="request">Until just before it.</param>
    /// <param name="decision">A person's approval.</param>
    /// <param name="fold">At that moment.</param>
    /// <param name="at">That moment.</param>
    public static DutiesFound Of(
        Approval request,
        Decision decision,
        RegisterFold fold,
        DateTimeOffset at
    )
    {
        var register = fold.At(at);
        var people = Deciding(decision, register);
        return DutyRules.Broken(request, register, people) is { } broken
                ? new DutiesFound.Broken(Words(broken))
            : WhyUnknown(request, register, people, fold) is { } unknown
                ? new DutiesFound.Unknown(unknown)
            : new DutiesFound.Apart();
    }

    /// <summary>Whoever is named: the person, whose the account is, and in whose place it was.</summary>
    private static List<Person> Deciding(Decision decision, Register register) =>
        [
            .. new[]
            {
                decision.Person is { } person ? register.Person(person) : null,
                decision.Account is { } account ? register.PersonOf(account) : null,
                decision.For is { } from ? register.Person(from) : null,
            }
                .OfType<Person>()
                .DistinctBy(p => p.Id),
        ];

    private static string? WhyUnknown(
        Approval request,
        Register register,
        List<Person> people,
        RegisterFold fold
    ) =>
        request.Opening.IsErased ? "the request was erased"
        : people.Count == 0 ? "whose account it was, no entry says"
        : people
            .SelectMany(p => Duties.Circle(request, register, p))
            .Concat(Behind(request, register))
            .Any(fold.IsLost)
            ? "addresses of then were erased"
        : people.Any(p => Duties.Exclusions(request, register, p).Any())
            ? "no address or account of the same kind"
        : null;

    /// <summary>Those of the people behind it that the register knows.</summary>
    private static IEnumerable<Person> Behind(Approval request, Register register) =>
        request
            .Opening.Owners.Append(request.Opening.KeyCreator)
            .Concat(register.Agent(request.Opening.Agent)?.Owners ?? [])
            .Select(register.Person)
            .OfType<Person>()
            .Concat(
                request
                    .Opening.Request.OnBehalfOf.Prepend(request.Opening.Request.Initiator)
                    .Select(p =>
                        AccountId.TryParse(p.Id.Trim(), provider: null, out var account)
                            ? register.PersonOf(account)
                            : null
                    )
                    .OfType<Person>()
            );

    private static string Words(Refusal why) =>
        why switch
        {
            Refusal.AlreadyCounted => "one person counted twice",
            Refusal.DelegateCounted => "delegator and delegate counted, who are one place",
            _ => $"approved by somebody behind the request ({WireNames.Of(why).Replace('_', ' ')})",
        };
}

using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// Whether what a ledger tells could have happened, while its entries go by from the first on: each step follows from the one
/// before it, each decision is of somebody who might decide then, each approval has the people that its policy asks for, and
/// what changed the configuration was confirmed as it says. Keeps of a request that has ended a few bytes.
/// </summary>
/// <param name="rootOf">The root of so many of the first entries, all of which went by.</param>
internal sealed class LedgerRules(Func<long, byte[]> rootOf)
{
    private readonly Dictionary<string, BundleTrail> _trails = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OpenRequest> _open = new(StringComparer.Ordinal);
    private readonly RegisterFold _register = new();
    private readonly ChangeRules _changes = new();
    private readonly List<EpochNote> _epochs = [];

    /// <summary>How many requests there were.</summary>
    public int Requests => _trails.Count;

    /// <summary>How many approvals were held against their policy and the people of then.</summary>
    public int Judged { get; private set; }

    /// <summary>How many could not be, because what was asked is not there: erased, or not in the part.</summary>
    public int Unjudged { get; private set; }

    /// <summary>How many changes one administrator made alone, though there were others.</summary>
    public int Alone { get; private set; }

    /// <summary>Where the ledger goes on from a backup.</summary>
    public IReadOnlyList<EpochNote> Epochs => _epochs;

    /// <summary>Takes the next entry; answers its request as it is now, if it was pending before it.</summary>
    /// <param name="entry">With what is beside it, where that is there; else with who erased it, if it was.</param>
    /// <param name="members">Its members.</param>
    /// <exception cref="FormatException">It cannot be, in a sentence.</exception>
    public OpenRequest? Add(StoredEntry entry, JsonElement members)
    {
        try
        {
            var request = RequestId.TryParse(entry.Txn, provider: null, out _)
                ? Follow(entry, members)
                : null;
            if (ChangeRules.IsChange(entry.Kind))
            {
                Must(_changes.WhyNot(entry, members, _register), entry);
                Alone += members.TryGetProperty("without", out _) ? 1 : 0;
                if (_register.Add(entry, members) is { } wrong)
                {
                    throw new FormatException($"Entry {entry.Seq} {wrong}.");
                }
            }

            if (entry.Kind is EntryKinds.LedgerRestored)
            {
                var epoch = EpochNote.Of(entry);
                Must(epoch.WhyNot(_epochs.Count, rootOf), entry);
                _epochs.Add(epoch);
            }

            return request;
        }
        // Whoever made the entry may have written anything into it, and beside it.
        catch (Exception odd)
            when (odd is not (FormatException or IOException or OperationCanceledException))
        {
            throw new FormatException(
                odd is InvalidDataException
                    ? odd.Message
                    : $"Entry {entry.Seq} has a member that no such entry has.",
                odd
            );
        }
    }

    private OpenRequest? Follow(StoredEntry entry, JsonElement members)
    {
        if (!_trails.TryGetValue(entry.Txn, out var trail))
        {
            _trails.Add(entry.Txn, trail = new BundleTrail());
        }

        trail.Add(entry, members);
        Must(
            _register.KnowsGroups
                ? trail.WhyNotGranted(entry, members, _register.At(entry.At))
                : null,
            entry
        );
        if (entry.Kind is EntryKinds.ConfigProposed)
        {
            Propose(entry, members);
        }

        if (
            !Replay.IsOfRequest(entry.Kind)
            || (entry.Kind is not EntryKinds.RequestCreated && !_open.ContainsKey(entry.Txn))
        )
        {
            return null;
        }

        var open = Next(_open.GetValueOrDefault(entry.Txn), entry, members);
        _open[entry.Txn] = open;
        if (!open.Request.IsPending)
        {
            _open.Remove(entry.Txn);
            Ended(open, entry);
        }

        return open;
    }

    private OpenRequest Next(OpenRequest? open, StoredEntry entry, JsonElement members)
    {
        var isMissing =
            entry is { Content: null, ErasedBy: null } && members.TryGetProperty("content", out _);
        // Of what is not there, as of what was erased, the entry itself is left.
        var left = isMissing ? entry with { ErasedBy = entry.Seq } : entry;
        var fact = LedgerMembers.Read(left, members)!;
        if (fact is Fact.RequestCreated { Opening: { IsErased: false } opening })
        {
            Must(OpeningRules.WhyNot(members, opening), entry);
            Must(
                _register.KnowsGroups
                    ? BeginningRules.WhyNot(opening, _register.At(entry.At), entry.At)
                    : null,
                entry
            );
        }
        else if (fact is Fact.DecisionMade made && open is not null)
        {
            Must(WhyNot(open, made.Decision, entry), entry);
        }

        return new OpenRequest(Replay.Next(open?.Request, entry, fact))
        {
            HasOpening =
                open?.HasOpening ?? fact is Fact.RequestCreated { Opening.IsErased: false },
            Missing = open?.Missing ?? (isMissing ? entry.Seq : null),
            FirstShown = open?.FirstShown ?? (fact is Fact.RequestDisplayed ? entry.At : null),
        }.WithoutCopiesOf(fact, left);
    }

    private string? WhyNot(OpenRequest open, Decision decision, StoredEntry entry) =>
        entry.At >= open.Request.Opening.ExpiresAt ? "is a decision after its time was over"
        : decision.At != entry.At ? "says another time than its own"
        : open.Request.Decisions.Any(d => d.Verdict == Verdict.Rejected)
            ? "is a decision on what was rejected"
        : IsTooSoon(open, decision)
            ? "approves it sooner after it was first shown than its policy lets"
        : DutyRules.WhyNot(
            open.Request,
            _register.At(entry.At),
            decision,
            open.HasOpening && _register.KnowsGroups
        );

    private static bool IsTooSoon(OpenRequest open, Decision decision) =>
        open.HasOpening
        && decision is { Verdict: Verdict.Approved, Person: not null }
        && open.Request.Opening.Policy.Dwell is > 0 and var dwell
        && !(decision.At >= open.FirstShown?.AddSeconds(dwell));

    private void Propose(StoredEntry entry, JsonElement members)
    {
        var open = _open.GetValueOrDefault(entry.Txn);
        Must(open is null ? "proposes a change by a request that has ended" : null, entry);
        var hasValues = entry.Content is not null || !members.TryGetProperty("content", out _);
        var proposed = (Fact.ConfigProposed)LedgerMembers.Read(entry, members)!;
        Must(
            _changes.WhyNot(proposed, open!.Request, open.HasOpening, hasValues)
                ?? ChangeRules.WhyNotBy(proposed.Change, _register, entry.At),
            entry
        );
    }

    private void Ended(OpenRequest open, StoredEntry entry)
    {
        var (request, register) = (open.Request, _register.At(entry.At));
        var isKnown = open.HasOpening && _register.KnowsGroups;
        if (request.Status == RequestStatus.Approved)
        {
            Judged += isKnown ? 1 : 0;
            Unjudged += isKnown ? 0 : 1;
            Must(isKnown ? DutyRules.WhyNot(request, register) : null, entry);
            if (isKnown)
            {
                _trails[entry.Txn].Approved(GrantTerms.Of(request, entry.At));
            }

            Must(_changes.Approved(request, _register, entry.At), entry);
        }

        Must(EndRules.WhyNot(request), entry);
        Must(isKnown ? EndRules.WhyNotFilled(request, register) : null, entry);
    }

    private static void Must(string? wrong, StoredEntry entry)
    {
        if (wrong is not null)
        {
            var of = entry.Txn.Length > 0 ? $" of {entry.Txn}" : "";
            throw new FormatException($"Entry {entry.Seq}{of} {wrong}.");
        }
    }
}

/// <summary>A request while it is pending, and as it ended.</summary>
/// <param name="Request">As its entries make it.</param>
internal sealed record OpenRequest(Approval Request)
{
    /// <summary>Whether all is known of it that was asked; else only what the entry says.</summary>
    public required bool HasOpening { get; init; }

    /// <summary>The first of its entries whose content is neither here nor erased.</summary>
    public long? Missing { get; init; }

    /// <summary>When it was shown somewhere for the first time.</summary>
    public DateTimeOffset? FirstShown { get; init; }

    /// <summary>Where its cards are is not told in full: then what is said of them later is about none.</summary>
    public OpenRequest WithoutCopiesOf(Fact fact, StoredEntry entry) =>
        fact is Fact.RequestReminded or Fact.RequestEscalated
        && entry.Content is null
        && Request.Opening is { IsErased: false } opening
            ? this with
            {
                Request = Request with
                {
                    Opening = opening with { ErasedPolicyHash = opening.PolicyHash },
                },
            }
            : this;
}

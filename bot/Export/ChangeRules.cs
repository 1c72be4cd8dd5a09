using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// Whether what changed the configuration, keys, links or contents and says that it was confirmed, was: by a request of the
/// bot's own for that very change, which somebody else than the proposer approved.
/// </summary>
internal sealed class ChangeRules
{
    private readonly Dictionary<string, ProposedNote> _proposed = new(StringComparer.Ordinal);

    /// <summary>What is wrong with a proposal, for a sentence that begins with its entry; or null.</summary>
    /// <param name="proposed">The entry's fact.</param>
    /// <param name="request">The request that asks for it, as it was before.</param>
    /// <param name="hasOpening">Whether all is known of it that was asked.</param>
    /// <param name="hasValues">Whether what it was and becomes is known here.</param>
    public string? WhyNot(
        Fact.ConfigProposed proposed,
        Approval request,
        bool hasOpening,
        bool hasValues
    )
    {
        var (opening, change) = (request.Opening, proposed.Change);
        if (opening.Agent != ProposedChange.Asks || !opening.Policy.IsBuiltIn)
        {
            return "proposes a change by a request that is not the bot's own";
        }

        if (
            !_proposed.TryAdd(
                request.Id.ToString(),
                new ProposedNote(change, request.CreatedAt, hasValues)
            )
        )
        {
            return "proposes a second change by one request";
        }

        return
            hasOpening
            && hasValues
            && !Is(
                EventLines.Text(opening.Request.Context, "change"),
                change.Hash(request.CreatedAt)
            )
            ? "proposes another change than the one that was asked about"
            : null;
    }

    /// <summary>A request was approved: by whom, if it is about a change. What is wrong with that, or null.</summary>
    public string? Approved(Approval request, RegisterFold fold, DateTimeOffset at)
    {
        var register = fold.At(at);
        if (!_proposed.TryGetValue(request.Id.ToString(), out var proposed))
        {
            return null;
        }

        var confirmers = request
            .Approvers.SelectMany(id => register.Person(id)?.Ids.Append(id) ?? [id])
            .ToHashSet();
        _proposed[request.Id.ToString()] = proposed with
        {
            Confirmers = confirmers,
            ConfirmedAt = at,
        };
        var by = proposed.Change.By;
        return (register.Person(by)?.Ids.Append(by) ?? [by]).Any(confirmers.Contains)
            ? $"approves the change that {by} proposed, by themselves"
            : WhyNotBy(proposed.Change, fold, at);
    }

    /// <summary>Who proposes a change is an administrator, then and when it is confirmed.</summary>
    public static string? WhyNotBy(ProposedChange change, RegisterFold fold, DateTimeOffset at) =>
        fold.KnowsGroups && !ReviewRules.IsAdmin(change.By, fold.At(at))
            ? "is about a change that somebody proposed who was no administrator"
            : null;

    /// <summary>Whether entries of this kind change people, keys, contents or the configuration.</summary>
    public static bool IsChange(string kind) =>
        kind
            is EntryKinds.ConfigChanged
                or EntryKinds.KeyRotated
                or EntryKinds.PersonLinked
                or EntryKinds.PersonUnlinked
                or EntryKinds.ErasurePerformed;

    /// <summary>What is wrong with an entry that changes something, or null.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="members">Its members.</param>
    /// <param name="fold">Until just before it.</param>
    public string? WhyNot(StoredEntry entry, JsonElement members, RegisterFold fold) =>
        entry.Kind switch
        {
            EntryKinds.ConfigChanged => Changed(entry, members, fold),
            EntryKinds.KeyRotated => Reviewed(
                entry,
                members,
                fold,
                EventLines.Text(members, "change"),
                change =>
                    Is(change.Area, "key")
                    && (
                        Is(change.Name, EventLines.Text(members, "purpose"))
                        || (
                            Is(change.Name, KeyChain.Ledger)
                            && Is(EventLines.Text(members, "purpose"), KeyChain.Ed25519)
                        )
                    )
            ),
            EntryKinds.PersonLinked when members.TryGetProperty("from", out _) => Reviewed(
                entry,
                members,
                fold,
                EventLines.Text(members, "change"),
                change => Is(change.Area, Linking.LinkArea)
            ) ?? WhyNotFrom(entry, members, "power_from"),
            EntryKinds.PersonUnlinked => Reviewed(
                entry,
                members,
                fold,
                EventLines.Text(members, "change"),
                change => Is(change.Area, Linking.PartArea)
            ) ?? WhyNotFrom(entry, members, "separate_from"),
            EntryKinds.ErasurePerformed => Confirmed(
                entry,
                members,
                EventLines.Text(members, "change"),
                change =>
                    Is(change.Area, "erasure") && IsOf(change, entry, members, fold.At(entry.At))
            ),
            _ => null,
        };

    /// <summary>Who wants a person erased has their requests erased too.</summary>
    private static bool IsOf(
        ProposedChange change,
        StoredEntry entry,
        JsonElement members,
        Register register
    ) =>
        PersonId.TryParse(change.Name, provider: null, out var person)
            ? EventLines.Text(members, "what") is "request"
                || Is(entry.Txn, register.Person(person)?.Id.ToString())
            : Is(entry.Txn, change.Name);

    private string? Changed(StoredEntry entry, JsonElement members, RegisterFold fold)
    {
        var wrong = Reviewed(
            entry,
            members,
            fold,
            entry.Txn,
            change =>
                Is(change.Area, EventLines.Text(members, "area"))
                && Is(change.Name, EventLines.Text(members, "name"))
        );
        if (wrong is not null)
        {
            return wrong;
        }

        var changed = (Fact.ConfigChanged)LedgerMembers.Read(entry, members)!;
        var isThere = IsThere(entry, members);
        if (!Is(changed.Review, "confirmed"))
        {
            return isThere ? ReviewRules.WhyNot(changed, fold.At(entry.At), entry.At) : null;
        }

        // Once: another entry that names it would be a change that nobody saw.
        _proposed.Remove(entry.Txn, out var proposed);
        return
            isThere
            && proposed!.HasValues
            && !proposed.IsSettledAs(changed.After, entry.At, changed.ConfirmedBy!.Value)
            ? "changes it to something else than what was confirmed"
            : null;
    }

    private string? Reviewed(
        StoredEntry entry,
        JsonElement members,
        RegisterFold fold,
        string request,
        Func<ProposedChange, bool> isOf
    ) =>
        Is(EventLines.Text(members, "review"), "confirmed")
            ? Confirmed(entry, members, request, isOf)
        : members.TryGetProperty("confirmed_by", out _)
            ? "says who confirmed it, and not that it was confirmed"
        : Is(EventLines.Text(members, "review"), "unreviewed")
            ? ReviewRules.WhyNotAlone(
                PersonId.TryParse(EventLines.Text(members, "by"), provider: null, out var by)
                    ? by
                    : null,
                LedgerMembers.Without(members),
                fold,
                entry.At
            )
        : null;

    /// <summary>Accounts that are linked exclude at once, and have one another's power later; parted ones the contrary.</summary>
    private static string? WhyNotFrom(StoredEntry entry, JsonElement members, string from) =>
        EventLines.Text(members, "how") is "admin" && EventLines.Text(members, "review").Length == 0
            ? "does not say how it was reviewed"
        : !members.TryGetProperty(from, out var at) || at.GetDateTimeOffset() < entry.At
            ? $"has effect from before it was made ({from})"
        : null;

    private string? Confirmed(
        StoredEntry entry,
        JsonElement members,
        string request,
        Func<ProposedChange, bool> isOf
    )
    {
        if (
            !_proposed.TryGetValue(request, out var proposed)
            || proposed.Confirmers is not { } confirmers
            || proposed.ConfirmedAt != entry.At
            || !isOf(proposed.Change)
        )
        {
            return "says that it was confirmed, and no request for it was approved";
        }

        // Links name the request alone.
        var isNamed = members.TryGetProperty("confirmed_by", out var by)
            ? PersonId.TryParse(by.GetString(), provider: null, out var person)
                && confirmers.Contains(person)
            : entry.Kind is EntryKinds.PersonLinked or EntryKinds.PersonUnlinked;
        return !isNamed || !Is(EventLines.Text(members, "by"), proposed.Change.By.ToString())
            ? "says that it was proposed or confirmed by others than its request says"
            : null;
    }

    private static bool IsThere(StoredEntry entry, JsonElement members) =>
        entry.Content is not null || !members.TryGetProperty("content", out _);

    private static bool Is(string one, string? other) =>
        string.Equals(one, other, StringComparison.Ordinal);
}

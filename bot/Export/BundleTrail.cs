using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// One request's steps, without their contents: none is without the one before it. Small, because there is one for
/// each request of the ledger.
/// </summary>
internal sealed class BundleTrail
{
    private bool _isMade;
    private bool _isEnded;
    private bool _isApproved;
    private bool _isReported;
    private int _approvals;
    private int _rejections;

    /// <summary>What was shown while it was pending: hashes, those of what one account alone was shown behind its name.</summary>
    private HashSet<string>? _shown;

    /// <summary>What was approved, if all of it is known, until its grant was used.</summary>
    private GrantTerms? _terms;

    /// <summary>Null until its grant was issued, used or revoked.</summary>
    private GrantTrail? _grant;

    /// <summary>Few: one is made only where somebody asks.</summary>
    private HashSet<string>? _unanswered;

    /// <exception cref="FormatException">The step cannot be.</exception>
    public void Add(StoredEntry entry, JsonElement members)
    {
        if (entry.Kind.StartsWith("config.", StringComparison.Ordinal))
        {
            return;
        }

        if (_isMade == (entry.Kind is EntryKinds.RequestCreated))
        {
            throw new FormatException(
                _isMade
                    ? $"Entry {entry.Seq} makes {entry.Txn} again."
                    : $"Entry {entry.Seq} is about {entry.Txn}, which was not made before."
            );
        }

        _isMade = true;
        Step(entry, members);
    }

    /// <summary>It was approved, by an entry that went by.</summary>
    public void Approved(GrantTerms terms) => _terms = terms;

    /// <summary>What an issue or a use of its grant, which went by, is that could not be; or null.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="members">Its members.</param>
    /// <param name="register">As it was then.</param>
    public string? WhyNotGranted(StoredEntry entry, JsonElement members, Register register)
    {
        if (
            _terms is null
            || entry.Kind is not (EntryKinds.GrantIssued or EntryKinds.GrantConsumed)
        )
        {
            return null;
        }

        var wrong = _terms.WhyNot(entry, members, register);
        // There is one of these for each request.
        _terms = entry.Kind is EntryKinds.GrantConsumed ? null : _terms;
        return wrong;
    }

    private void Step(StoredEntry entry, JsonElement members)
    {
        switch (entry.Kind)
        {
            case EntryKinds.DecisionApproved or EntryKinds.DecisionRejected:
                Decided(entry, members);
                break;
            case EntryKinds.QuestionAsked or EntryKinds.QuestionAnswered:
                Talked(entry, members);
                break;
            case EntryKinds.RequestDisplayed when !_isEnded:
                _shown ??= new HashSet<string>(StringComparer.Ordinal);
                _shown.Add(
                    members.TryGetProperty("copy", out _)
                        ? EventLines.Text(members, "display_hash")
                        : Reading(members, "conversation")
                );
                break;
            case EntryKinds.ExecutionReported:
                _isReported = true;
                break;
            case EntryKinds.GrantIssued or EntryKinds.GrantConsumed or EntryKinds.GrantRevoked:
                Must(
                    !_isReported || entry.Kind is EntryKinds.GrantRevoked,
                    entry,
                    "a grant, or the use of one, of a request whose execution was reported"
                );
                Must(
                    _isApproved,
                    entry,
                    "a grant, or the use of one, of a request that was not approved"
                );
                Must((_grant ??= new GrantTrail()).Add(entry, members), entry);
                break;
            default:
                if (EntryKinds.IsEnd(entry.Kind))
                {
                    Ended(entry);
                }

                break;
        }
    }

    private void Decided(StoredEntry entry, JsonElement members)
    {
        Must(!_isEnded, entry, "a decision after the end");
        var isSeen =
            _shown is { } shown
            && (
                shown.Contains(EventLines.Text(members, "display_hash"))
                || shown.Contains(Reading(members, "account"))
            );
        var isPersons = EventLines.Text(members, "person").Length > 0;
        Must(isSeen || !isPersons, entry, "a decision on what no entry says was shown");
        _approvals += entry.Kind is EntryKinds.DecisionApproved ? 1 : 0;
        _rejections += entry.Kind is EntryKinds.DecisionRejected ? 1 : 0;
    }

    private void Talked(StoredEntry entry, JsonElement members)
    {
        Must(!_isEnded, entry, "a question or an answer after the end");
        var question = EventLines.Text(members, "question");
        var isNew = entry.Kind is EntryKinds.QuestionAsked;
        _unanswered ??= new HashSet<string>(StringComparer.Ordinal);
        Must(
            isNew ? _unanswered.Add(question) : _unanswered.Remove(question),
            entry,
            isNew ? "a question asked again" : "an answer to no question"
        );
    }

    private void Ended(StoredEntry entry)
    {
        Must(!_isEnded, entry, "a second end");
        _isApproved = entry.Kind is EntryKinds.RequestApproved;
        Must(!_isApproved || _approvals > 0, entry, "an approval that nobody gave");
        Must(!_isApproved || _rejections == 0, entry, "an approval of what was rejected");
        Must(
            entry.Kind is not EntryKinds.RequestDenied || _rejections > 0,
            entry,
            "a denial that nobody gave"
        );
        _isEnded = true;
        // Kept of those that are pending only.
        _shown = null;
    }

    private static string Reading(JsonElement members, string account) =>
        $"{EventLines.Text(members, account)} {EventLines.Text(members, "display_hash")}";

    private static void Must(string? wrong, StoredEntry entry) =>
        Must(wrong is null, entry, wrong ?? "");

    private static void Must(bool condition, StoredEntry entry, string what)
    {
        if (!condition)
        {
            throw new FormatException($"Entry {entry.Seq} of {entry.Txn} is {what}.");
        }
    }
}

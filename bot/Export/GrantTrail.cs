using System.Text.Json;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// What became of one request's grant: one id however often it is issued, used once at most, while it runs, and neither used
/// nor issued once it was revoked.
/// </summary>
internal sealed class GrantTrail
{
    /// <summary>Contract section 4: a grant runs for 300 s at most.</summary>
    private static readonly TimeSpan s_lifetimeMax = TimeSpan.FromSeconds(300);

    private string? _id;
    private string? _key;
    private DateTimeOffset _expiresAt;
    private bool _isUsed;
    private bool _isRevoked;

    /// <summary>What the next entry about the grant is that cannot be, or null.</summary>
    public string? Add(StoredEntry entry, JsonElement members)
    {
        var id = EventLines.Text(members, "grant");
        switch (entry.Kind)
        {
            case EntryKinds.GrantIssued:
                return Closed("an issue") ?? Issued(id, entry, members);
            case EntryKinds.GrantConsumed:
                return Used(id, entry, members);
            case EntryKinds.GrantRevoked:
                var was = _isRevoked;
                _isRevoked = true;
                return _isUsed ? "the revocation of a grant that was used"
                    : was ? "a second revocation of a grant"
                    : !Is(id, _id ?? "") ? "the revocation of another grant than its own"
                    : null;
            default:
                return null;
        }
    }

    private string? Issued(string id, StoredEntry entry, JsonElement members)
    {
        var key = EventLines.Text(members, "jkt") is { Length: > 0 } jkt ? jkt : null;
        var isOther = _id is not null && !Is(id, _id);
        var isUnbound = _key is not null && !Is(key ?? "", _key);
        (_id, _key) = (id, key);
        _expiresAt = members.GetProperty("expires_at").GetDateTimeOffset();
        return isOther ? "a second grant of one request"
            : isUnbound ? "a grant for another key than the one that it is bound to"
            : _expiresAt > entry.At + s_lifetimeMax ? "a grant that runs longer than any does"
            : null;
    }

    private string? Used(string id, StoredEntry entry, JsonElement members)
    {
        // The bot lets its own guarded endpoints send without a token.
        var isOwn = members.TryGetProperty("forwarded", out var sent) && sent.GetBoolean();
        var wrong =
            Closed(_isUsed ? "a second use" : "the use")
            ?? (
                _id is null && !isOwn ? "the use of a grant that was not issued"
                : _id is not null && !Is(id, _id) ? "the use of another grant than its own"
                : !isOwn && entry.At >= _expiresAt ? "the use of a grant that ran out before"
                : null
            );
        // As text no more: there is one of these for each request.
        (_isUsed, _id, _key) = (true, id.Length > 0 ? "" : null, null);
        return wrong;
    }

    private string? Closed(string what) =>
        _isUsed ? $"{what} of a grant that was used"
        : _isRevoked ? $"{what} of a grant that was revoked"
        : null;

    private static bool Is(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal);
}

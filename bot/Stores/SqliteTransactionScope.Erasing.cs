using ChatApprovals.Desk;

namespace ChatApprovals.Stores;

/// <content>What is erased. The pages say nothing of it any more: see <c>secure_delete</c>.</content>
internal sealed partial class SqliteTransactionScope
{
    private bool _hasErased;

    public IReadOnlyList<StoredEntry> EntriesOf(string txn) =>
        SqliteRows.EntriesOf(_session, txn, long.MaxValue, int.MaxValue);

    public IReadOnlyList<StoredEntry> Naming(IEnumerable<string> texts, long from, int limit) =>
        SqliteRows.Naming(_session, texts, from, limit);

    public IReadOnlyList<StoredEntry> Keys() => SqliteRows.Keys(_session);

    public string? Erase(long seq, long by)
    {
        _hasErased = true;
        _session.Execute(
            "UPDATE content SET salt = x'', body = x'', erased = ?2 WHERE seq = ?1",
            seq,
            by
        );
        return _session.Scalar("SELECT txn FROM ledger WHERE seq = ?1", seq) as string;
    }

    public void ReplaceRequest(StoredRequest request)
    {
        _session.Execute("DELETE FROM request WHERE opening = ?1", request.OpeningSeq);
        InsertRequest(request);
    }

    /// <summary>
    /// What was written before is in the log beside the file, too: it goes into the file, and is cut off. Where
    /// somebody reads just then, the log is overwritten by what is written next.
    /// </summary>
    private void Settle()
    {
        if (_hasErased)
        {
            _session.Rows("PRAGMA wal_checkpoint(TRUNCATE)", r => r.GetInt64(0));
        }
    }
}

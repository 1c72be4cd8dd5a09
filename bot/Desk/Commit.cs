using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// What one command may see and record while the committer runs it: the state as of now, its own facts
/// included. Nothing reaches the store until the command has returned; one that throws leaves no trace.
/// </summary>
public sealed class Commit
{
    /// <summary>
    /// Longer than any platform delivers again and than what signs a message is valid: Slack's signatures
    /// 5 minutes and retries an hour, Microsoft's tokens a day at most.
    /// </summary>
    private static readonly TimeSpan DeliveryKept = TimeSpan.FromHours(25);

    private readonly Recent _recent;
    private readonly IReadOnlyDictionary<RequestId, Approval> _batch;
    private readonly IStoreTransaction _store;
    private readonly Pending _pending;
    private readonly Dictionary<RequestId, Approval> _changed = [];
    private readonly HashSet<RequestId> _updated = [];
    private readonly List<Fact> _facts = [];
    private readonly List<Action<IStoreTransaction>> _writes = [];

    internal Commit(
        IStoreTransaction store,
        Recent recent,
        Pending pending,
        IReadOnlyDictionary<RequestId, Approval> batch,
        Register register,
        DateTimeOffset now,
        bool isFirst
    )
    {
        IsFirst = isFirst;
        _batch = batch;
        _store = store;
        _recent = recent;
        _pending = pending;
        Register = register;
        Now = now;
    }

    /// <summary>The time of every fact of this commit: UTC, whole milliseconds, never before the last one.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>True while the ledger is empty.</summary>
    public bool IsFirst { get; }

    public Register Register { get; private set; }

    /// <summary>What is stored, earlier commands of this batch included.</summary>
    internal IStoreTransaction Store => _store;

    internal IReadOnlyList<Fact> Facts => _facts;

    internal IReadOnlyCollection<Approval> Changed => _changed.Values;

    /// <summary>Those of <see cref="Changed"/> that are not as they were created in this commit.</summary>
    internal IEnumerable<Approval> Updated => _updated.Select(id => _changed[id]);

    internal bool IsEmpty => _facts.Count == 0 && _writes.Count == 0;

    public Approval? Find(RequestId id) => Find(id, before: null);

    /// <summary>
    /// The request as it is now. Of one that was read before the commit only what can change is read again.
    /// </summary>
    public Approval? Find(RequestId id, Approval? before)
    {
        if (_changed.TryGetValue(id, out var changed) || _batch.TryGetValue(id, out changed))
        {
            return changed;
        }

        if (_recent.Find(id) is { } recent)
        {
            return recent;
        }

        return _store.Request(id) is { } row
            ? _recent.Remember(RequestState.Read(row, before?.Opening))
            : null;
    }

    public Approval? FindByIdempotency(string idempotencyHash) =>
        _store.ByIdempotency(idempotencyHash) is { } id ? Find(id) : null;

    public Approval? FindPendingByBody(AgentName agent, string bodyHash) =>
        _pending.ByBody(agent, bodyHash) is { } id ? Find(id) : null;

    public int PendingOf(AgentName agent) => _pending.CountOf(agent);

    /// <summary>Records a fact: one ledger entry, and the state is different from here on.</summary>
    public void Record(Fact fact)
    {
        fact = Told(fact);
        _facts.Add(fact);
        Register = Register.Apply(fact, Now);
        switch (fact)
        {
            case Fact.RequestCreated f:
                _changed[f.Id] = new Approval(f.Id, Now, f.Opening);
                break;
            case Fact.RequestDisplayed f:
                Change(f.Id, fact);
                break;
            case Fact.DecisionMade f:
                Change(f.Id, fact);
                break;
            case Fact.RequestEnded f:
                Change(f.Id, fact);
                break;
            case Fact.ExecutionReported f:
                Change(f.Id, fact);
                break;
            case Fact.QuestionAsked f:
                Change(f.Id, fact);
                break;
            case Fact.QuestionAnswered f:
                Change(f.Id, fact);
                break;
            case Fact.GrantIssued f:
                Change(f.Id, fact);
                break;
            case Fact.GrantConsumed f:
                Change(f.Id, fact);
                break;
            case Fact.GrantRevoked f:
                Change(f.Id, fact);
                break;
            case Fact.RequestReminded f:
                Change(f.Id, fact);
                break;
            case Fact.RequestEscalated f:
                Change(f.Id, fact);
                break;
            case Fact.ConfigProposed f:
                Change(f.Id, fact);
                break;
            case Fact.RequestErased f:
                Change(f.Id, fact);
                break;
        }
    }

    /// <summary>
    /// True the first time for a delivery; remembered for <see cref="DeliveryKept"/> with this commit. Kept
    /// as a hash: it may be a signature.
    /// </summary>
    public bool Once(string delivery)
    {
        var key = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(delivery)));
        if (_store.IsSeen(key))
        {
            return false;
        }

        _writes.Add(store => store.PutSeen(key, Now, Now + DeliveryKept));
        return true;
    }

    /// <summary>Writes a row for a minute, to see whether one can be written. Null: it could be.</summary>
    public string? Try(string key)
    {
        if (!_store.IsSeen(key))
        {
            _writes.Add(store => store.PutSeen(key, Now, Now.AddMinutes(1)));
        }

        return null;
    }

    /// <summary>The copy was drawn: forget the outbox line, unless it was asked for again since.</summary>
    public void Drawn(OutboxLine line) =>
        _writes.Add(store => store.OutboxDone(line.Token, line.Generation));

    /// <summary>The copy has a message now: what is still to be drawn waits for no post.</summary>
    public void Posted(OutboxLine line, string queue) =>
        _writes.Add(store => store.OutboxMove(line.Token, queue));

    /// <summary>The copy was not drawn: try again then.</summary>
    public void DrawAgain(OutboxLine line, DateTimeOffset dueAt, bool maybePosted) =>
        _writes.Add(store => store.OutboxRetry(line.Token, dueAt, maybePosted));

    /// <summary>Writes something that is no fact: work that is owed, or done.</summary>
    internal void Write(Action<IStoreTransaction> write) => _writes.Add(write);

    internal void FlushWrites()
    {
        foreach (var write in _writes)
        {
            write(_store);
        }
    }

    /// <summary>With what only the register of now can tell.</summary>
    private Fact Told(Fact fact) =>
        fact is Fact.RequestEnded { Filled: null } end
            ? Counted(end)
            : Configuration.Alone(fact, Register, Now);

    /// <summary>The end with how far the request was: afterwards nobody could tell, for people come and go.</summary>
    private Fact.RequestEnded Counted(Fact.RequestEnded end) =>
        end.Status != RequestStatus.Approved && Find(end.Id) is { } found && found.Approvers.Any()
            ? end with
            {
                Filled = Quorum.Of(found, Register).Filled,
            }
            : end;

    private void Change(RequestId id, Fact fact)
    {
        var found = Find(id) ?? throw new InvalidOperationException($"no request {id}");
        _changed[id] = found.Apply(fact, Now);
        _updated.Add(id);
    }
}

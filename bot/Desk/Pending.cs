using System.Runtime.InteropServices;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// The requests that are pending: how many of each agent, and which has the same body. Every new request
/// asks for both, so they are kept in memory: some 200 bytes each. Owned by the committer's thread; read
/// from the store when it opens, and again after a commit that failed.
/// </summary>
internal sealed class Pending
{
    private readonly Dictionary<RequestId, Key> _known = [];
    private readonly Dictionary<AgentName, int> _counts = [];

    /// <summary>Oldest first.</summary>
    private readonly Dictionary<Key, List<RequestId>> _byBody = [];

    /// <summary>On which somebody may have decided: of those that were read from the store nobody has looked yet.</summary>
    private readonly HashSet<RequestId> _decided = [];

    private readonly record struct Key(AgentName Agent, string BodyHash);

    public static Pending Load(IStore store)
    {
        var pending = new Pending();
        foreach (var request in store.Pending())
        {
            pending.Add(request.Id, new Key(request.Agent, request.BodyHash));
            pending._decided.Add(request.Id);
        }

        return pending;
    }

    /// <summary>The pending requests on which somebody has decided, as <paramref name="find"/> finds them.</summary>
    public IReadOnlyList<Approval> Decided(Func<RequestId, Approval?> find)
    {
        var all = _decided.Select(find).OfType<Approval>().ToList();
        var decided = all.Where(a => a is { IsPending: true, Decisions.IsEmpty: false }).ToList();
        _decided.IntersectWith(decided.Select(a => a.Id));
        return decided;
    }

    public int CountOf(AgentName agent) => _counts.GetValueOrDefault(agent);

    /// <summary>The newest with that body, or null.</summary>
    public RequestId? ByBody(AgentName agent, string bodyHash) =>
        _byBody.TryGetValue(new Key(agent, bodyHash), out var ids) ? ids[^1] : null;

    /// <summary>As the request is now, it is pending or not any more.</summary>
    public void Put(Approval approval)
    {
        if (!approval.Decisions.IsEmpty)
        {
            _decided.Add(approval.Id);
        }

        if (!approval.IsPending)
        {
            Remove(approval.Id);
        }
        else if (!_known.ContainsKey(approval.Id))
        {
            var opening = approval.Opening;
            Add(approval.Id, new Key(opening.Agent, opening.BodyHash));
        }
    }

    private void Add(RequestId id, Key key)
    {
        _known.Add(id, key);
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, key.Agent, out _)++;
        if (!_byBody.TryGetValue(key, out var ids))
        {
            _byBody.Add(key, ids = []);
        }

        ids.Add(id);
    }

    private void Remove(RequestId id)
    {
        _decided.Remove(id);
        if (!_known.Remove(id, out var key))
        {
            return;
        }

        if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, key.Agent) == 0)
        {
            _counts.Remove(key.Agent);
        }

        var ids = _byBody[key];
        ids.Remove(id);
        if (ids.Count == 0)
        {
            _byBody.Remove(key);
        }
    }
}

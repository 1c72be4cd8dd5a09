using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>One message as Slack stores it: text escaped, blocks with their ids. Never changes; edits replace it.</summary>
public sealed record SlackMessage(string Channel, string Ts, string User, string Text)
{
    public JsonElement? Blocks { get; init; }
    public JsonElement? Metadata { get; init; }
    public string? ThreadTs { get; init; }

    /// <summary>Files that were shared with it.</summary>
    public ImmutableArray<SlackFile> Files { get; init; } = [];
    public bool Edited { get; init; }

    /// <summary>The only user who sees it; null for everyone.</summary>
    public string? EphemeralFor { get; init; }

    /// <summary>Sent by the app itself: only these can be updated and deleted by it.</summary>
    public bool FromBot { get; init; }

    /// <summary>All interactive elements with an <c>action_id</c>, with the block each stands in.</summary>
    public IEnumerable<(JsonElement Block, JsonElement Element)> Controls =>
        Blocks is { } blocks ? ControlsOf(blocks) : [];

    internal static IEnumerable<(JsonElement, JsonElement)> ControlsOf(JsonElement blocks) =>
        from block in blocks.EnumerateArray()
        from inner in block.Objects()
        where inner.Text("action_id") is not null
        select (block, inner);
}

/// <summary>A channel or a direct message, and its last messages. Safe from any thread.</summary>
public sealed class SlackChannel(string id, string name, bool isIm, int historyMax)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<SlackMessage> _messages = new();
    private readonly Dictionary<string, LinkedListNode<SlackMessage>> _byTs = new(
        StringComparer.Ordinal
    );
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);

    public string Id => id;
    public string Name => name;
    public bool IsIm => isIm;

    /// <summary>The other side of a direct message.</summary>
    public string? User { get; init; }

    /// <summary>Conversations are listed as they were made.</summary>
    internal long Order { get; init; }
    public bool IsExtShared { get; set; }
    public bool IsArchived { get; set; }
    public bool BotIsMember { get; set; } = true;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<SlackMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public IReadOnlyList<string> Members
    {
        get
        {
            lock (_gate)
            {
                return [.. _members];
            }
        }
    }

    public SlackMessage? Find(string? ts)
    {
        lock (_gate)
        {
            return ts is not null && _byTs.TryGetValue(ts, out var node) ? node.Value : null;
        }
    }

    public void Join(params IEnumerable<string> users)
    {
        lock (_gate)
        {
            _members.UnionWith(users);
        }
    }

    public void Leave(string user)
    {
        lock (_gate)
        {
            _members.Remove(user);
        }
    }

    internal void Add(SlackMessage message)
    {
        lock (_gate)
        {
            _byTs[message.Ts] = _messages.AddLast(message);
            if (_messages.Count > historyMax)
            {
                _byTs.Remove(_messages.First!.Value.Ts);
                _messages.RemoveFirst();
            }
        }
    }

    /// <summary>Replaces the message in place; false when it is not there any more.</summary>
    internal bool Replace(SlackMessage message)
    {
        lock (_gate)
        {
            if (!_byTs.TryGetValue(message.Ts, out var node))
            {
                return false;
            }
            node.Value = message;
            return true;
        }
    }

    internal bool Remove(string ts)
    {
        lock (_gate)
        {
            if (!_byTs.Remove(ts, out var node))
            {
                return false;
            }
            _messages.Remove(node);
            return true;
        }
    }
}

using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Playground.Teams;

/// <summary>One message in a channel or chat. Never changes; edits and views replace it.</summary>
public sealed record TeamsMessage(string Id, string From)
{
    /// <summary>The conversation id that it was sent to: in channels with <c>;messageid=</c> of its thread.</summary>
    public required string Thread { get; init; }
    public string? Text { get; init; }
    public string? Summary { get; init; }

    /// <summary>The card that everyone sees who has no view of their own.</summary>
    public JsonElement? Card { get; init; }

    /// <summary>Cards that one member alone sees, by MRI.</summary>
    public ImmutableDictionary<string, JsonElement> Views { get; init; } =
        ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>Message bars and errors that one member alone sees, by MRI.</summary>
    public ImmutableDictionary<string, string> Notes { get; init; } =
        ImmutableDictionary<string, string>.Empty;

    /// <summary>The attachment that asks whether a file may be stored, where there is one.</summary>
    public JsonElement? Consent { get; init; }

    /// <summary>The attachment that shows a stored file, where there is one.</summary>
    public JsonElement? FileInfo { get; init; }
    public bool FromBot { get; init; }
    public bool Edited { get; init; }

    /// <summary>Counts edits: an answer to a view asked for before an edit is no longer shown.</summary>
    internal int Version { get; init; }

    /// <summary>What this member sees.</summary>
    public JsonElement? CardFor(string mri) => Views.TryGetValue(mri, out var own) ? own : Card;
}

/// <summary>A channel of the team or a 1:1 chat, and its last messages. Safe from any thread.</summary>
public sealed class TeamsConversation(string id, string name, bool isPersonal, int historyMax)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TeamsMessage> _messages = new();
    private readonly Dictionary<string, LinkedListNode<TeamsMessage>> _byId = new(
        StringComparer.Ordinal
    );
    private ImmutableList<TeamsMember> _members = [];

    public string Id => id;
    public string Name => name;
    public bool IsPersonal => isPersonal;

    /// <summary>False: uninstalled or blocked, and writing is refused.</summary>
    public bool BotMayWrite { get; set; } = true;

    public IReadOnlyList<TeamsMember> Members => _members;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<TeamsMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>By MRI or Entra object id.</summary>
    public TeamsMember? Member(string key) =>
        _members.Find(m =>
            string.Equals(m.Mri, key, StringComparison.Ordinal)
            || string.Equals(m.Aad, key, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>Adds the member or changes what is known of them.</summary>
    public void Join(TeamsMember member)
    {
        lock (_gate)
        {
            _members = _members
                .RemoveAll(m =>
                    string.Equals(m.Aad, member.Aad, StringComparison.OrdinalIgnoreCase)
                )
                .Add(member);
        }
    }

    public void Leave(string mri)
    {
        lock (_gate)
        {
            _members = _members.RemoveAll(m => string.Equals(m.Mri, mri, StringComparison.Ordinal));
        }
    }

    public TeamsMessage? Find(string messageId)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(messageId)?.Value;
        }
    }

    internal void Add(TeamsMessage message)
    {
        lock (_gate)
        {
            _byId[message.Id] = _messages.AddLast(message);
            if (_messages.Count > historyMax)
            {
                _byId.Remove(_messages.First!.Value.Id);
                _messages.RemoveFirst();
            }
        }
    }

    /// <summary>The changed message; null when it is not there, or the change says no (by null).</summary>
    internal TeamsMessage? Change(string messageId, Func<TeamsMessage, TeamsMessage?> change)
    {
        lock (_gate)
        {
            return _byId.TryGetValue(messageId, out var node) && change(node.Value) is { } changed
                ? node.Value = changed
                : null;
        }
    }

    internal bool Remove(string messageId)
    {
        lock (_gate)
        {
            if (!_byId.Remove(messageId, out var node))
            {
                return false;
            }
            _messages.Remove(node);
            return true;
        }
    }
}

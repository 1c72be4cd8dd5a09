using System.Collections.Concurrent;

namespace ChatApprovals.Playground.Teams;

/// <summary>All that the played tenant remembers: accounts and conversations. Safe from any thread.</summary>
internal sealed class TeamsTenant(TeamsOptions options, TimeProvider time)
{
    private long _lastId;

    public TeamsOptions Options => options;
    public ConcurrentDictionary<string, TeamsMember> Members { get; } = new(StringComparer.Ordinal);
    public ConcurrentDictionary<string, TeamsConversation> Conversations { get; } =
        new(StringComparer.Ordinal);
    public Changes Changes { get; } = new();

    /// <summary>Message ids are milliseconds since 1970, never twice.</summary>
    public string NextId()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long last;
        long next;
        do
        {
            last = Volatile.Read(ref _lastId);
            next = Math.Max(now, last + 1);
        } while (Interlocked.CompareExchange(ref _lastId, next, last) != last);
        return next.ToString();
    }

    /// <summary>The conversation and, for a channel, the thread's root message.</summary>
    public TeamsConversation? Find(string id) =>
        Conversations.GetValueOrDefault(id.Split(";messageid=")[0]);

    public TeamsConversation AddChannel(string id, string name, IEnumerable<TeamsMember> members)
    {
        var channel = new TeamsConversation(id, name, isPersonal: false, options.HistoryMax);
        foreach (var member in members)
        {
            Members[member.Mri] = member;
            channel.Join(member);
        }
        return Conversations[id] = channel;
    }

    /// <summary>The 1:1 chat of the member with the bot; always the same one.</summary>
    public TeamsConversation Personal(TeamsMember member) =>
        Conversations.GetOrAdd(
            "a:1" + member.Mri[(member.Mri.IndexOf(':') + 1)..],
            id =>
            {
                var chat = new TeamsConversation(id, member.Name, true, options.HistoryMax);
                chat.Join(member);
                return chat;
            }
        );

    /// <summary>By MRI or Entra object id.</summary>
    public TeamsMember? Member(string key) =>
        Members.GetValueOrDefault(key)
        ?? Members.Values.FirstOrDefault(m =>
            string.Equals(m.Aad, key, StringComparison.OrdinalIgnoreCase)
        );
}

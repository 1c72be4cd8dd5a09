using System.Collections.Concurrent;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// A surface made of memory: knows everybody of the test company as a full member with an address of their
/// own, keeps every drawing, and fails when told to.
/// </summary>
public sealed class Wall(Surface kind = Surface.Slack) : ISurface
{
    private int _messages;

    public Surface Kind => kind;

    /// <summary>Every drawing in order: token, message, card.</summary>
    public ConcurrentQueue<CopyToDraw> Drawn { get; } = new();

    /// <summary>Answers to give before drawing works.</summary>
    public ConcurrentQueue<Drawing> Next { get; } = new();

    public ConcurrentDictionary<AccountId, MemberObstacle> Obstacles { get; } = new();

    /// <summary>Addresses of those who have others than their own; empty for none.</summary>
    public ConcurrentDictionary<AccountId, string> Emails { get; } = new();

    /// <summary>True: a question who somebody is gets no answer.</summary>
    public bool IsSilent { get; set; }

    public async Task<Member> LookUpAsync(AccountId account, CancellationToken cancel)
    {
        if (IsSilent)
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }

        var own = $"{account.User.ToLowerInvariant()}@acme.example";
        var email = Emails.GetValueOrDefault(account, own);
        return new Member(account, account.User, email.Length == 0 ? [] : [email])
        {
            Obstacle = Obstacles.TryGetValue(account, out var obstacle) ? obstacle : null,
        };
    }

    /// <summary>The groups that the platform keeps; null: it does not answer.</summary>
    public ConcurrentDictionary<GroupSource, DirectoryGroup>? Groups { get; set; } = new();

    public Task<GroupsAnswer> GroupsAsync(CancellationToken cancel) =>
        Task.FromResult<GroupsAnswer>(
            Groups is { } groups
                ? new GroupsAnswer.Known([.. groups.Values])
                : new GroupsAnswer.Unknown("it does not answer", TimeSpan.FromSeconds(30))
        );

    public Task<Drawing> DrawAsync(CopyToDraw copy, CancellationToken cancel)
    {
        if (Next.TryDequeue(out var answer))
        {
            return Task.FromResult(answer);
        }

        Drawn.Enqueue(copy);
        var message = copy.Message ?? $"m{Interlocked.Increment(ref _messages)}";
        return Task.FromResult<Drawing>(new Drawing.Drawn(message, "hash-" + copy.Card.Revision));
    }

    /// <summary>What was said beneath which message.</summary>
    public ConcurrentQueue<(string Message, CardTalk Talk)> Said { get; } = new();

    public Task<string?> SayAsync(
        string conversation,
        string message,
        CardTalk talk,
        CancellationToken cancel
    )
    {
        Said.Enqueue((message, talk));
        return Task.FromResult<string?>(null);
    }

    /// <summary>What was said to all in which conversation.</summary>
    public ConcurrentQueue<(string Conversation, string Text)> Noted { get; } = new();

    public Task<Noted> NoteAsync(
        string conversation,
        string title,
        IReadOnlyList<string> lines,
        CancellationToken cancel
    )
    {
        Noted.Enqueue((conversation, string.Join('\n', lines.Prepend(title))));
        return Task.FromResult<Noted>(new Noted.Posted($"n{Noted.Count}", At: null, Link: null));
    }

    /// <summary>What was told to whom, alone.</summary>
    public ConcurrentQueue<(AccountId Account, string Text)> Told { get; } = new();

    public void Tell(AccountId account, string title, IReadOnlyList<string> lines) =>
        Told.Enqueue((account, string.Join('\n', lines.Prepend(title))));

    /// <summary>Everybody has a chat of their own.</summary>
    public Task<string?> ChatOfAsync(AccountId account, CancellationToken cancel) =>
        Task.FromResult<string?>($"D-{account.User}");

    public Task<string?> CheckAsync(CancellationToken cancel) => Task.FromResult<string?>(null);
}

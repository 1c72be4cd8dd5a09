using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Tests.Support;

/// <summary>A Teams that takes requests and never answers, until it is let go.</summary>
public sealed class StuckSurface : ISurface
{
    private readonly TaskCompletionSource _free = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private int _hanging;
    private int _drawn;

    public Surface Kind => Surface.Teams;

    /// <summary>How many cards were begun and never answered.</summary>
    public int Hanging => _hanging;

    public int Drawn => _drawn;

    public void LetGo() => _free.SetResult();

    public async Task<Member> LookUpAsync(AccountId account, CancellationToken cancel)
    {
        await _free.Task.WaitAsync(cancel);
        return new Member(account, account.User, []) { Obstacle = MemberObstacle.Unknown };
    }

    public async Task<GroupsAnswer> GroupsAsync(CancellationToken cancel)
    {
        await _free.Task.WaitAsync(cancel);
        return new GroupsAnswer.Unknown("stuck", After: null);
    }

    public async Task<Drawing> DrawAsync(CopyToDraw copy, CancellationToken cancel)
    {
        Interlocked.Increment(ref _hanging);
        await _free.Task.WaitAsync(cancel);
        Interlocked.Increment(ref _drawn);
        return new Drawing.Drawn("t-" + copy.Token, "hash");
    }

    public async Task<string?> SayAsync(
        string conversation,
        string message,
        CardTalk talk,
        CancellationToken cancel
    )
    {
        await _free.Task.WaitAsync(cancel);
        return null;
    }

    public async Task<Noted> NoteAsync(
        string conversation,
        string title,
        IReadOnlyList<string> lines,
        CancellationToken cancel
    )
    {
        await _free.Task.WaitAsync(cancel);
        return new Noted.Not("stuck", After: null);
    }

    public void Tell(AccountId account, string title, IReadOnlyList<string> lines) { }

    public async Task<string?> ChatOfAsync(AccountId account, CancellationToken cancel)
    {
        await _free.Task.WaitAsync(cancel);
        return null;
    }

    public async Task<string?> CheckAsync(CancellationToken cancel)
    {
        await _free.Task.WaitAsync(cancel);
        return null;
    }
}

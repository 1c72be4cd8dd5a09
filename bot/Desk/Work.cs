namespace ChatApprovals.Desk;

/// <summary>One command waiting for the committer.</summary>
internal abstract class Work
{
    /// <summary>Runs the command; false when it threw or recorded nothing.</summary>
    public abstract bool Run(Commit commit);

    /// <summary>Its batch is durable: the caller may know.</summary>
    public abstract void Tell();

    /// <summary>Its batch was not written.</summary>
    public abstract void Fail(Exception error);
}

/// <inheritdoc/>
internal sealed class Work<T>(Func<Commit, T> decide) : Work
{
    private readonly TaskCompletionSource<T> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    private T? _result;
    private Exception? _error;

    public Task<T> Answer => _answer.Task;

    public override bool Run(Commit commit)
    {
        try
        {
            _result = decide(commit);
            return !commit.IsEmpty;
        }
        catch (Exception error)
        {
            _error = error;
            return false;
        }
    }

    public override void Tell()
    {
        if (_error is not null)
        {
            _answer.TrySetException(_error);
        }
        else
        {
            _answer.TrySetResult(_result!);
        }
    }

    public override void Fail(Exception error) => _answer.TrySetException(_error ?? error);
}

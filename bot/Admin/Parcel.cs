namespace ChatApprovals.Admin;

/// <summary>A file for the asker alone, in their own chat. Disposing deletes it.</summary>
/// <param name="Path">Where it is, readable by the bot's user alone.</param>
/// <param name="Name">What it is called where it arrives: letters, digits, <c>.</c> and <c>-</c>.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Words">What it is, in plain words of the bot's own.</param>
/// <param name="ReleaseAsync">
/// To be asked before the first byte leaves: whether the asker still may have it. Null: they may, and that they get it is
/// in the ledger; else why not.
/// </param>
public sealed record Parcel(
    string Path,
    string Name,
    long Bytes,
    string Words,
    Func<CancellationToken, Task<string?>> ReleaseAsync
) : IDisposable
{
    public void Dispose() => File.Delete(Path);
}

/// <summary>
/// How far it is, to the asker alone: one message of their own chat, which every further call changes. Never throws but
/// when it is cancelled; one that cannot be told is left out.
/// </summary>
public delegate Task Tell(Reply reply, CancellationToken cancel);

/// <summary>What packing a parcel came to.</summary>
public abstract record Packed
{
    private Packed() { }

    public sealed record Done(Parcel Parcel) : Packed;

    /// <summary>There is nothing to send; this is said instead.</summary>
    public sealed record Not(Reply Reply) : Packed;
}

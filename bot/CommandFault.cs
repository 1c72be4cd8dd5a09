using ChatApprovals.Desk;
using ChatApprovals.Jose;

namespace ChatApprovals;

/// <summary>What a sub-command refuses for: one line on the error output that says how to mend it, exit code 1.</summary>
internal static class CommandFault
{
    private const int Exit = 1;

    public static bool Is(Exception error) =>
        error
            is IOException
                or UnauthorizedAccessException
                or KeyFileException
                or LedgerMismatchException
                or UnavailableException
                or OperationCanceledException;

    public static int Say(string sentence)
    {
        Console.Error.WriteLine(sentence.ReplaceLineEndings(" "));
        return Exit;
    }
}

/// <summary>Says on the error output how far a long copy is, every few seconds.</summary>
internal sealed class CommandProgress(long size)
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(3);
    private readonly TimeProvider _clock = TimeProvider.System;
    private long _last = TimeProvider.System.GetTimestamp();

    public void Copied(long entries) => Tell("copied", entries);

    public void Verified(long entries) => Tell("verified", entries);

    private void Tell(string what, long entries)
    {
        if (_clock.GetElapsedTime(_last) < s_every)
        {
            return;
        }

        _last = _clock.GetTimestamp();
        Console.Error.WriteLine($"{what} {entries} of {size} entries");
    }
}

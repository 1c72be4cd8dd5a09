namespace ChatApprovals.Stores;

/// <summary>The file <c>lock</c> in a data directory: whoever has it open has the directory for itself.</summary>
public static class DirectoryLock
{
    public const string FileName = "lock";

    private const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates the directory if need be and takes its lock, until the answer is disposed.</summary>
    /// <exception cref="DirectoryHeldException">Another process has it.</exception>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static FileStream Take(string directory)
    {
        try
        {
            Make(directory);
            return new FileStream(
                Path.Combine(directory, FileName),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException error) when (IsHeld(error))
        {
            throw new DirectoryHeldException(
                $"another process uses {directory}: stop it, or set another Data:Directory",
                error
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Data:Directory {directory} cannot be used ({error.Message}): set one that this process may write",
                error
            );
        }
    }

    /// <summary>The ledger holds what agents and people wrote: a directory that we make is for nobody else.</summary>
    private static void Make(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(directory);
        }
        else
        {
            System.IO.Directory.CreateDirectory(directory, OwnerOnly);
        }
    }

    /// <summary>Somebody else has the file: EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsHeld(IOException error) =>
        error.HResult is 11 or 35 or unchecked((int)0x8007_0020);
}

/// <summary>Another process has the data directory for itself.</summary>
public sealed class DirectoryHeldException(string message, Exception inner)
    : IOException(message, inner);

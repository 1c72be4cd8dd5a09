using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ChatApprovals.Jose;

/// <summary>A private key in a file of its own, of P-256 where nothing else is said: PKCS#8 PEM, mode 0600, owned by the user who runs the program. On
/// Windows neither mode nor owner is checked: protect the directory.</summary>
public static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A key file has about 240 bytes.</summary>
    private const int MaxBytes = 16_384;

    /// <summary>The key in the file, or a new one, safely stored, if there is no file.</summary>
    /// <exception cref="KeyFileException">See <see cref="Load"/>.</exception>
    public static ECDsa LoadOrCreate(string path) => File.Exists(path) ? Load(path) : Create(path);

    /// <summary>Makes a key and stores it: whoever reads the path sees the whole key or nothing, and the bytes are on the disk
    /// when this returns. Never replaces a file.</summary>
    /// <exception cref="KeyFileException">There is a file already.</exception>
    public static ECDsa Create(string path)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            Save(path, key);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="Create"/>, of a key that was made before.</summary>
    /// <exception cref="KeyFileException">There is a file already.</exception>
    public static void Save(string path, ECDsa key) =>
        SavePem(path, key.ExportPkcs8PrivateKeyPem());

    /// <summary>The same for a key of any kind, in PEM.</summary>
    /// <exception cref="KeyFileException">There is a file already.</exception>
    public static void SavePem(string path, string pem)
    {
        var temporary = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp";
        try
        {
            Write(temporary, pem + "\n");
            File.Move(temporary, path, overwrite: false);
            SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (IOException broken) when (File.Exists(path))
        {
            throw new KeyFileException(
                $"Key file {path} exists already; it is not replaced.",
                broken
            );
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads a key that <see cref="Create"/> or <c>openssl genpkey -algorithm EC</c> wrote.</summary>
    /// <exception cref="KeyFileException">Readable or writable by others, owned by another user, not a P-256 key: one line that says
    /// which, and how to mend it.</exception>
    public static ECDsa Load(string path) => Load(path, P256, "P-256 private key in PEM (PKCS#8)");

    /// <summary>The same for a key of any kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Makes the key of the text; what is none is a <see cref="CryptographicException"/>.</param>
    /// <param name="kind">What it should be, for who must mend it.</param>
    /// <exception cref="KeyFileException">As above.</exception>
    public static T Load<T>(string path, Func<string, T> read, string kind)
    {
        using var handle = File.OpenHandle(path);
        if (!OperatingSystem.IsWindows())
            RequireOwnAndPrivate(path, handle);
        var bytes = new byte[Math.Min(RandomAccess.GetLength(handle), MaxBytes)];
        var length = RandomAccess.Read(handle, bytes, 0);
        try
        {
            return read(Encoding.ASCII.GetString(bytes, 0, length));
        }
        catch (Exception broken) when (broken is ArgumentException or CryptographicException)
        {
            throw new KeyFileException($"Key file {path} holds no {kind}.", broken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static ECDsa P256(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            var curve = key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value;
            return string.Equals(
                curve,
                ECCurve.NamedCurves.nistP256.Oid.Value,
                StringComparison.Ordinal
            )
                ? key
                : throw new CryptographicException("Another curve.");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static void Write(string path, string text)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    // Without it a power cut may take the new name back, and with it the key that signed meanwhile.
    internal static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = open(directory, 0);
        if (handle.IsInvalid || fsync(handle) != 0)
            throw new IOException($"Directory {directory} cannot be synced.");
    }

    // By the open file, not by its name, so that it cannot be exchanged in between.
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void RequireOwnAndPrivate(string path, SafeFileHandle handle)
    {
        var mode = File.GetUnixFileMode(handle);
        if ((mode & ~OwnerOnly) != UnixFileMode.None)
            throw new KeyFileException(
                $"Key file {path} is open to others (mode 0{Convert.ToString((int)mode, 8)}): chmod 600 it, and replace the key if others could read it."
            );
        if (!IsOwn(handle))
            throw new KeyFileException(
                $"Key file {path} belongs to another user: chown it to the user who runs the bot."
            );
    }

    /// <summary>Whether the open file belongs to the user who runs the program; true where that cannot be told.</summary>
    /// <exception cref="KeyFileException">It should be told, and is not.</exception>
    public static bool IsOwn(SafeFileHandle handle) =>
        !OperatingSystem.IsLinux() || Owner(handle) == geteuid();

    /// <summary>The same of a directory, which may also be root's.</summary>
    /// <exception cref="KeyFileException">As above.</exception>
    public static bool IsOwnOrRoots(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        using var handle = open(directory, 0);
        var owner = Owner(handle);
        return owner == 0 || owner == geteuid();
    }

    // statx(2) rather than stat(2): the layout of its answer is the same on every Linux.
    private static uint Owner(SafeFileHandle handle)
    {
        const int emptyPath = 0x1000;
        const uint wantUid = 0x0008;
        const int uidOffset = 20;
        var answer = new byte[256];
        return !handle.IsInvalid && statx(handle, "", emptyPath, wantUid, answer) == 0
            ? BitConverter.ToUInt32(answer, uidOffset)
            : throw new KeyFileException("The owner of a key file cannot be read.");
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(
        SafeFileHandle directory,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        int flags,
        uint mask,
        byte[] answer
    );

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle open(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        int flags
    );

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(SafeFileHandle file);
}

/// <summary>A key file that must not be used; the message is for the operator.</summary>
public sealed class KeyFileException : Exception
{
    public KeyFileException() { }

    public KeyFileException(string message)
        : base(message) { }

    public KeyFileException(string message, Exception inner)
        : base(message, inner) { }
}

using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace ChatApprovals.Stores;

/// <summary>
/// Uses the operating system's SQLite, which the distribution patches, instead of one shipped in a
/// package. <c>Store:SqliteLibrary</c> may point at another build.
/// </summary>
public static class SqliteLibrary
{
    /// <summary>STRICT tables came with 3.37.</summary>
    private const int VersionMin = 3_037_000;

    private static readonly Lock s_lock = new();
    private static bool s_loaded;

    /// <summary>Loads the library once per process.</summary>
    /// <exception cref="IOException">There is none, or it is too old; the message says what to install.</exception>
    public static void Load(string? path = null)
    {
        lock (s_lock)
        {
            if (s_loaded)
            {
                return;
            }

            NativeLibrary.SetDllImportResolver(
                typeof(SQLite3Provider_e_sqlite3).Assembly,
                (name, _, _) =>
                    string.Equals(name, "e_sqlite3", StringComparison.Ordinal) ? Find(path) : 0
            );
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            if (raw.sqlite3_libversion_number() < VersionMin)
            {
                throw new IOException(
                    $"SQLite {raw.sqlite3_libversion().utf8_to_string()} is too old: 3.37 or newer is needed"
                );
            }

            s_loaded = true;
        }
    }

    private static nint Find(string? path)
    {
        string[] names =
            path is not null ? [path]
            : OperatingSystem.IsWindows() ? ["winsqlite3.dll", "sqlite3.dll"]
            : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"]
            : ["libsqlite3.so.0", "libsqlite3.so"];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), null, out var handle))
            {
                return handle;
            }
        }

        throw new IOException(
            $"no SQLite library ({string.Join(", ", names)}): install it (Debian: libsqlite3-0)"
        );
    }
}

using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>This process, too, reads by the system's SQLite.</summary>
internal static class SystemSqlite
{
    private static readonly Lock s_lock = new();
    private static bool s_isUsed;

    public static void Use()
    {
        lock (s_lock)
        {
            if (!s_isUsed)
            {
                NativeLibrary.SetDllImportResolver(
                    typeof(SQLite3Provider_e_sqlite3).Assembly,
                    (_, _, _) =>
                        NativeLibrary.Load("libsqlite3.so.0", Assembly.GetExecutingAssembly(), null)
                );
                raw.SetProvider(new SQLite3Provider_e_sqlite3());
                s_isUsed = true;
            }
        }
    }
}

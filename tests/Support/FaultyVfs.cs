using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChatApprovals.Stores;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// SQLite's own file layer with a <see cref="FaultyDisk"/> in between: a copy of the default VFS, made the default,
/// of which only opening and deleting are ours, and, of files on a faulty disk, the methods that can fail. Files
/// elsewhere are opened by the original and never come here again. (https://sqlite.org/vfs.html, c3ref/vfs.html)
/// </summary>
internal static unsafe class FaultyVfs
{
    private const int Ok = 0;
    private const int CannotOpen = 14;
    private const int SizeHint = 5; // SQLITE_FCNTL_SIZE_HINT

    private static readonly Lock s_lock = new();
    private static readonly NativeMethods* s_methods = MakeMethods();
    private static Vfs* s_original;

    /// <summary>Makes it the default; only the first call does anything.</summary>
    public static void Register()
    {
        lock (s_lock)
        {
            if (s_original is not null)
            {
                return;
            }

            SqliteLibrary.Load();
            // The one that is loaded already: the system's loader answers with the same.
            var library = NativeLibrary.Load(
                OperatingSystem.IsWindows() ? "winsqlite3.dll"
                : OperatingSystem.IsMacOS() ? "libsqlite3.dylib"
                : "libsqlite3.so.0"
            );
            var find = (delegate* unmanaged[Cdecl]<byte*, Vfs*>)
                NativeLibrary.GetExport(library, "sqlite3_vfs_find");
            var register = (delegate* unmanaged[Cdecl]<Vfs*, int, int>)
                NativeLibrary.GetExport(library, "sqlite3_vfs_register");
            var original = find(null);
            var ours = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
            *ours = *original;
            ours->Name = (byte*)Marshal.StringToCoTaskMemUTF8("faulty");
            ours->FileSize = original->FileSize + sizeof(OurFile);
            ours->Open = &Open;
            ours->Delete = &Delete;
            s_original = original;
            Assert.Equal(Ok, register(ours, 1));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, NativeFile* file, int flags, int* outFlags)
    {
        var path = Marshal.PtrToStringUTF8((nint)name);
        if (FaultyDisk.Of(path) is not { } disk)
        {
            return s_original->Open(s_original, name, file, flags, outFlags);
        }

        var ours = (OurFile*)file;
        ours->Methods = null;
        if (disk.Judge(DiskCall.Open) is not Ok)
        {
            return CannotOpen;
        }

        var code = s_original->Open(s_original, name, Real(file), flags, outFlags);
        if (code is not Ok)
        {
            return code;
        }

        ours->Disk = GCHandle.ToIntPtr(GCHandle.Alloc(new OpenFile(disk, path!)));
        ours->Methods = s_methods;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* name, int syncDirectory)
    {
        var path = Marshal.PtrToStringUTF8((nint)name);
        var disk = FaultyDisk.Of(path);
        if (disk?.Judge(DiskCall.Delete) is { } code and not Ok)
        {
            return code;
        }

        disk?.Keep(new DiskWrite(DiskCall.Delete, path!, 0, []));
        return s_original->Delete(s_original, name, syncDirectory);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(NativeFile* file)
    {
        GCHandle.FromIntPtr(((OurFile*)file)->Disk).Free();
        return Real(file)->Methods->Close(Real(file));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(NativeFile* file, byte* bytes, int count, long offset) =>
        Of(file).Disk.Judge(DiskCall.Read) is var code and not Ok
            ? code
            : Real(file)->Methods->Read(Real(file), bytes, count, offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(NativeFile* file, byte* bytes, int count, long offset)
    {
        var (disk, path) = Of(file);
        var code = disk.Judge(DiskCall.Write);
        var done = code is Ok ? count : count / 2;
        if (disk.Written is not null)
        {
            var copy = new ReadOnlySpan<byte>(bytes, done).ToArray();
            disk.Keep(new DiskWrite(DiskCall.Write, path, offset, copy));
        }

        var written = Real(file)->Methods->Write(Real(file), bytes, done, offset);
        return code is Ok ? written : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(NativeFile* file, long size)
    {
        var (disk, path) = Of(file);
        if (disk.Judge(DiskCall.Truncate) is var code and not Ok)
        {
            return code;
        }

        disk.Keep(new DiskWrite(DiskCall.Truncate, path, size, []));
        return Real(file)->Methods->Truncate(Real(file), size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(NativeFile* file, int flags)
    {
        var (disk, path) = Of(file);
        if (disk.Judge(DiskCall.Sync) is var code and not Ok)
        {
            return code;
        }

        disk.Keep(new DiskWrite(DiskCall.Sync, path, 0, []));
        // The process is not killed and the power not cut: nothing depends on the true one.
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Control(NativeFile* file, int operation, void* argument) =>
        operation is SizeHint && Of(file).Disk.Judge(DiskCall.SizeHint) is var code and not Ok
            ? code
            : Real(file)->Methods->Control(Real(file), operation, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int MapShared(NativeFile* file, int region, int size, int extend, void** at) =>
        Of(file).Disk.Judge(DiskCall.MapShared) is var code and not Ok
            ? code
            : Real(file)->Methods->MapShared(Real(file), region, size, extend, at);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(NativeFile* file, long* size) =>
        Real(file)->Methods->FileSize(Real(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(NativeFile* file, int level) =>
        Real(file)->Methods->Lock(Real(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(NativeFile* file, int level) =>
        Real(file)->Methods->Unlock(Real(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReserved(NativeFile* file, int* isReserved) =>
        Real(file)->Methods->CheckReserved(Real(file), isReserved);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(NativeFile* file) => Real(file)->Methods->SectorSize(Real(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Characteristics(NativeFile* file) =>
        Real(file)->Methods->Characteristics(Real(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LockShared(NativeFile* file, int offset, int count, int flags) =>
        Real(file)->Methods->LockShared(Real(file), offset, count, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Barrier(NativeFile* file) => Real(file)->Methods->Barrier(Real(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int UnmapShared(NativeFile* file, int delete) =>
        Real(file)->Methods->UnmapShared(Real(file), delete);

    private static NativeFile* Real(NativeFile* file) =>
        (NativeFile*)((byte*)file + sizeof(OurFile));

    private static OpenFile Of(NativeFile* file) =>
        (OpenFile)GCHandle.FromIntPtr(((OurFile*)file)->Disk).Target!;

    private static NativeMethods* MakeMethods()
    {
        var methods = (NativeMethods*)NativeMemory.AllocZeroed((nuint)sizeof(NativeMethods));
        // 2: with shared memory for the write-ahead log, without memory-mapped files (3).
        methods->Version = 2;
        methods->Close = &Close;
        methods->Read = &Read;
        methods->Write = &Write;
        methods->Truncate = &Truncate;
        methods->Sync = &Sync;
        methods->FileSize = &FileSize;
        methods->Lock = &Lock;
        methods->Unlock = &Unlock;
        methods->CheckReserved = &CheckReserved;
        methods->Control = &Control;
        methods->SectorSize = &SectorSize;
        methods->Characteristics = &Characteristics;
        methods->MapShared = &MapShared;
        methods->LockShared = &LockShared;
        methods->Barrier = &Barrier;
        methods->UnmapShared = &UnmapShared;
        return methods;
    }

    private sealed record OpenFile(FaultyDisk Disk, string Path);

    /// <summary><c>sqlite3_file</c> as SQLite sees it; the original's own follows in memory.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OurFile
    {
        public NativeMethods* Methods;
        public nint Disk;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NativeFile
    {
        public NativeMethods* Methods;
    }

    /// <summary><c>sqlite3_io_methods</c>, version 2.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct NativeMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<NativeFile*, int> Close;
        public delegate* unmanaged[Cdecl]<NativeFile*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<NativeFile*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<NativeFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<NativeFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<NativeFile*, long*, int> FileSize;
        public delegate* unmanaged[Cdecl]<NativeFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<NativeFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<NativeFile*, int*, int> CheckReserved;
        public delegate* unmanaged[Cdecl]<NativeFile*, int, void*, int> Control;
        public delegate* unmanaged[Cdecl]<NativeFile*, int> SectorSize;
        public delegate* unmanaged[Cdecl]<NativeFile*, int> Characteristics;
        public delegate* unmanaged[Cdecl]<NativeFile*, int, int, int, void**, int> MapShared;
        public delegate* unmanaged[Cdecl]<NativeFile*, int, int, int, int> LockShared;
        public delegate* unmanaged[Cdecl]<NativeFile*, void> Barrier;
        public delegate* unmanaged[Cdecl]<NativeFile*, int, int> UnmapShared;
    }

    /// <summary><c>sqlite3_vfs</c>, version 3; what is never touched here is only carried along.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version;
        public int FileSize;
        public int PathMax;
        public Vfs* Next;
        public byte* Name;
        public void* Data;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, NativeFile*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;
        private readonly nint _access;
        private readonly nint _fullPath;
        private readonly nint _dlOpen;
        private readonly nint _dlError;
        private readonly nint _dlSym;
        private readonly nint _dlClose;
        private readonly nint _randomness;
        private readonly nint _sleep;
        private readonly nint _currentTime;
        private readonly nint _lastError;
        private readonly nint _currentTime64;
        private readonly nint _setSystemCall;
        private readonly nint _getSystemCall;
        private readonly nint _nextSystemCall;
    }
}

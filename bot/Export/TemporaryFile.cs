namespace ChatApprovals.Export;

/// <summary>A file without a place of its own, gone when it is closed: for what may be too long for memory.</summary>
internal static class TemporaryFile
{
    public static FileStream Create() =>
        new(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                BufferSize = 1 << 16,
                Options = FileOptions.DeleteOnClose,
            }
        );
}

namespace ChatApprovals.Tests.Export;

/// <summary>The words of <c>export</c>, and a directory without a ledger.</summary>
public sealed class ExportCommandTests
{
    [Theory]
    [InlineData]
    [InlineData("--as", "csv")]
    [InlineData("--out")]
    [InlineData("--out", "x", "--as", "xml")]
    [InlineData("--out", "x", "--as", "CSV")]
    [InlineData("--out", "x", "--from", "yesterday")]
    [InlineData("--out", "x", "--from", "2026-11-21", "--to", "2026-11-20")]
    [InlineData("--out", "x", "--form", "csv")]
    [InlineData("--out", "x", "y")]
    [InlineData("--out", "--as")]
    public async Task Words_that_it_does_not_know_are_a_matter_of_configuration(
        params string[] words
    )
    {
        using var scratch = new Scratch();
        Assert.Equal(78, await RunAsync(scratch, words));
        Assert.Empty(System.IO.Directory.GetFileSystemEntries(scratch.Path));
    }

    [Fact]
    public async Task Without_a_ledger_there_is_no_export_and_no_directory_is_made()
    {
        using var scratch = new Scratch();
        Assert.Equal(
            1,
            await RunAsync(scratch, "--out", System.IO.Path.Combine(scratch.Path, "x"))
        );
        Assert.Empty(System.IO.Directory.GetFileSystemEntries(scratch.Path));
    }

    private static Task<int> RunAsync(Scratch scratch, params string[] words) =>
        BotHost.RunAsync([
            "export",
            .. words,
            $"--Data:Directory={System.IO.Path.Combine(scratch.Path, "data")}",
        ]);

    private sealed class Scratch : IDisposable
    {
        public string Path { get; } =
            System.IO.Directory.CreateTempSubdirectory("export-").FullName;

        public void Dispose() => System.IO.Directory.Delete(Path, recursive: true);
    }
}

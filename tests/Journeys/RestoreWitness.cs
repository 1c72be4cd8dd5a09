using ChatApprovals.Tests.Anchors;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// A witness that the settings name must say what it has before a backup is gone on from: whoever cannot be asked may have
/// more than the backup.
/// </summary>
public sealed class RestoreWitness : IClassFixture<SiteFixture>, IDisposable
{
    private readonly string _shelf = System.IO.Directory.CreateTempSubdirectory("shelf-").FullName;
    private readonly Site _site;

    public RestoreWitness(SiteFixture fixture) => _site = fixture.Site;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string Backup => Path.Combine(_shelf, "backup");
    private string New => Path.Combine(_shelf, "new");

    public void Dispose() => System.IO.Directory.Delete(_shelf, recursive: true);

    [Theory]
    [InlineData(403, "knows this ledger by another key: if the ledger's key was replaced after")]
    [InlineData(404, "it does not know the ledger")]
    [InlineData(409, "has cosigned another checkpoint of")]
    [InlineData(422, "it does not find what it cosigned in this ledger")]
    [InlineData(503, "it answered 503")]
    [InlineData(200, "its answer is ")]
    public async Task A_witness_without_an_answer_that_counts_is_a_refusal_unless_forced(
        int status,
        string why
    )
    {
        await SavedAsync();
        await using var witness = await SmallWitness.StartAsync(Cancel);
        witness.Instead = async http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "text/x.tlog.size";
            // The very size of the backup, but not its root: else it would have cosigned it.
            var old = witness.Asked.Split('\n')[0]["old ".Length..];
            await http.Response.WriteAsync(status == 409 ? old + "\n" : "no", Cancel);
        };
        string[] words =
        [
            "restore",
            Backup,
            $"--Anchors:Witness={witness.Url}",
            $"--Anchors:WitnessKey={witness.Key}",
        ];
        var refused = await BotRun.CommandAsync(New, Cancel, words);
        Assert.Equal(1, refused.Exit);
        Assert.Contains(why, Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(New, "ledger.db")));
        var forced = await BotRun.CommandAsync(New, Cancel, [.. words, "--force-older"]);
        Assert.Equal(0, forced.Exit);
        Assert.Contains(why, Assert.Single(forced.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_is_asked_for_a_newer_ledger_that_is_said()
    {
        await SavedAsync();
        var restored = await BotRun.CommandAsync(New, Cancel, "restore", Backup);
        Assert.Equal((0, []), (restored.Exit, restored.Errors));
        Assert.Contains("Nobody was asked whether", restored.Output, StringComparison.Ordinal);
    }

    private async Task SavedAsync()
    {
        var run = await BotRun.CommandAsync(_site.Data, Cancel, "backup", Backup);
        Assert.Equal((0, []), (run.Exit, run.Errors));
        var keys = System.IO.Directory.CreateDirectory(Path.Combine(New, "keys")).FullName;
        foreach (var key in System.IO.Directory.GetFiles(Path.Combine(_site.Data, "keys")))
        {
            File.Copy(key, Path.Combine(keys, Path.GetFileName(key)), overwrite: true);
        }
    }
}

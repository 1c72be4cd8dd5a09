using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Ledger;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Playground;

/// <summary>The playground's auditor, who shares no code with the bot, agrees with the bot's own ledger code, and notices
/// every change.</summary>
public sealed class LedgerViewTests : IAsyncLifetime
{
    private const string Origin = "bot.example/ledger";
    private readonly string _directory = Path.Combine(
        Path.GetTempPath(),
        "ledger-view-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))
    );
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<ReadOnlyMemory<byte>> _entries = [];
    private string _note = "";
    private StubBot? _bot;
    private LedgerView? _view;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var keys = System.IO.Directory.CreateDirectory(Path.Combine(_directory, "keys"));
        await File.WriteAllTextAsync(
            Path.Combine(keys.FullName, "ledger.pem"),
            _key.ExportPkcs8PrivateKeyPem(),
            Cancel
        );
        _bot = await StubBot.Start(Cancel);
        _bot.Answer = Serve;
        _view = new(() => _bot.Url, _directory, PatientClock.Shared) { Key = "cau_test" };
    }

    public async ValueTask DisposeAsync()
    {
        _view!.Dispose();
        _key.Dispose();
        await _bot!.DisposeAsync();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(600)]
    public async Task A_ledger_that_the_bots_code_wrote_holds(int size)
    {
        Write(size);
        await _view!.RefreshAsync(Cancel);
        Assert.Null(_view.Problem);
        Assert.Equal(size, _view.Entries.Count);
        Assert.Null(await _view.VerifyAsync(Cancel));
        Assert.True(_view.Verified!.Ok);
        Assert.Equal("Bearer cau_test", _bot!.Heard.First().Headers.Authorization);
    }

    [Fact]
    public async Task A_changed_entry_is_noticed()
    {
        Write(5);
        _entries[3] = Encoding.UTF8.GetBytes(
            """{"seq":3,"kind":"decision.approved","by":"mallory"}"""
        );
        Assert.Contains("changed", await _view!.VerifyAsync(Cancel), StringComparison.Ordinal);
        Assert.False(_view.Verified!.Ok);
    }

    [Fact]
    public async Task A_head_signed_by_another_key_is_noticed()
    {
        Write(3);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _note = Checkpoint
            .Parse(_note[..(_note.IndexOf("\n\n", StringComparison.Ordinal) + 1)])
            .Sign(other, Origin);
        Assert.Contains("not signed", await _view!.VerifyAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_shrank_or_was_written_anew_is_noticed()
    {
        Write(9);
        Assert.Null(await _view!.VerifyAsync(Cancel));
        Write(8);
        Assert.Contains("shrank", await _view.VerifyAsync(Cancel), StringComparison.Ordinal);
        Write(12, salt: "other");
        Assert.Contains("seen before", await _view.VerifyAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bot_without_a_ledger_endpoint_is_said_in_words()
    {
        _bot!.Answer = (_, http) =>
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        await _view!.RefreshAsync(Cancel);
        Assert.Contains("404", _view.Problem, StringComparison.Ordinal);
        Assert.Contains("404", await _view.VerifyAsync(Cancel), StringComparison.Ordinal);
    }

    private void Write(int size, string salt = "")
    {
        _entries.Clear();
        var tree = new MerkleTree();
        for (var i = 0; i < size; i++)
        {
            var entry = Encoding.UTF8.GetBytes($$"""{"seq":{{i}},"kind":"test{{salt}}"}""");
            _entries.Add(entry);
            tree.Append(MerkleTree.LeafHash(entry));
        }
        _note = new Checkpoint(Origin, tree.Size, tree.Root()).Sign(_key, Origin);
    }

    /// <summary>Serves by the bot's own reading of tile paths.</summary>
    private Task Serve(Received heard, HttpContext http)
    {
        if (heard.Path is "/ledger/checkpoint")
        {
            return http.Response.WriteAsync(_note, Cancel);
        }
        if (!TilePath.TryParse(heard.Path["/ledger/".Length..], out var tile))
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        }
        var part = _entries.GetRange((int)tile.First, tile.Width);
        return http.Response.Body.WriteAsync(Tiles.Bundle(part), Cancel).AsTask();
    }
}

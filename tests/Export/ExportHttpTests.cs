using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Tests.Export;

/// <summary><c>GET /ledger/export</c> on Kestrel, over the real desk, with an auditor's key.</summary>
public sealed class ExportHttpTests : IAsyncDisposable
{
    private readonly ApiKey _key = ApiKey.New(ApiKeyKind.Auditor);
    private readonly HttpClient _http = new();
    private TestDesk? _desk;
    private WebApplication? _app;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bundle", "application/zip")]
    [InlineData("jsonl", "application/jsonl")]
    [InlineData("csv", "text/csv")]
    [InlineData("html", "text/html")]
    [InlineData("ocsf", "application/jsonl")]
    public async Task Each_form_streams_and_its_own_entry_comes_before_the_first_byte(
        string form,
        string type
    )
    {
        await StartAsync();
        var before = _desk!.Store.Head()!.Size;
        using var answer = await GetAsync($"as={form}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.NotEmpty(bytes);
        var entry = Assert.Single(_desk.Store.Entries(before, 10));
        Assert.Equal(EntryKinds.ExportCreated, entry.Kind);
        if (form is "bundle")
        {
            using var zip = new MemoryStream(bytes);
            var files = BundleFiles.OfZip(zip);
            Assert.Equal(3, new BundleVerifier(files, null, null).Verify().Receipts);
        }
    }

    [Theory]
    [InlineData("as=pdf")]
    [InlineData("from=yesterday")]
    [InlineData("from=2026-11-22&to=2026-11-20")]
    [InlineData("form=csv")]
    public async Task What_cannot_be_meant_is_refused_and_leaves_no_entry(string query)
    {
        await StartAsync();
        var before = _desk!.Store.Head()!.Size;
        using var answer = await GetAsync(query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(before, _desk.Store.Head()!.Size);
    }

    [Theory]
    [InlineData("export?as=bundle")]
    [InlineData("checkpoint")]
    [InlineData("vkey")]
    [InlineData("tile/0/000.p/1")]
    [InlineData("receipts/apr_1")]
    public async Task Nobody_else_gets_anything(string path)
    {
        await StartAsync();
        _http.DefaultRequestHeaders.Authorization = null;
        using var answer = await LedgerAsync(path);
        await IsProblemAsync(answer, HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task Of_what_is_not_decided_there_is_no_receipt_which_is_a_problem_like_any_other()
    {
        await StartAsync();
        var approval = await _desk!.OpenOneAsync();
        using var answer = await LedgerAsync($"receipts/{approval.Id}");
        await IsProblemAsync(answer, HttpStatusCode.Conflict, "not_decided");
    }

    private static async Task IsProblemAsync(
        HttpResponseMessage answer,
        HttpStatusCode status,
        string code
    )
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal($"urn:chatapprovals:problem:{code}", body.GetProperty("type").GetString());
        Assert.Equal(code, body.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("checkpoint", "no-store")]
    [InlineData("export?as=jsonl", "no-store")]
    [InlineData("tile/0/000.p/1", "max-age=31536000, private, immutable")]
    [InlineData("tile/entries/000.p/1", "max-age=31536000, private, immutable")]
    public async Task Only_what_never_changes_may_be_kept(string path, string kept)
    {
        await StartAsync();
        using var answer = await _http.GetAsync(
            new Uri($"{_app!.Urls.First()}/ledger/{path}"),
            Cancel
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(kept, answer.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("tile")]
    [InlineData("tile/")]
    [InlineData("tile/0/001")]
    [InlineData("tile/0/0")]
    public async Task What_is_no_tile_of_this_tree_is_not_found(string path)
    {
        await StartAsync();
        using var answer = await _http.GetAsync(
            new Uri($"{_app!.Urls.First()}/ledger/{path}"),
            Cancel
        );
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private Task<HttpResponseMessage> GetAsync(string query) => LedgerAsync($"export?{query}");

    private Task<HttpResponseMessage> LedgerAsync(string path) =>
        _http.GetAsync(new Uri($"{_app!.Urls.First()}/ledger/{path}"), Cancel);

    private async Task StartAsync()
    {
        _desk = await ExportDesk.OpenAsync();
        var bob = _desk.Register.Current.PersonOf(Make.Slack("BOB"))!.Id;
        await ExportDesk.RecordAsync(
            _desk,
            Make.Group(Register.Auditors, bob),
            Make.Changed("auditor_key", bob.ToString(), new AuditorKey(bob, _key.Hash, Make.Noon))
        );
        var key = TestDesk.MakeKey(KeyRing.Receipt);
        var ring = KeyRing.Of(key);
        var known = new PublicKeys(ring, [TestDesk.Vkey.ToString()]);
        await ExportDesk.RecordAsync(_desk, new Fact.KeyCreated(key.Purpose, key.Kid));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder
            .Services.AddSingleton<IStore>(_desk.Store)
            .AddSingleton(_desk.Committer)
            .AddSingleton(_desk.Register)
            .AddSingleton(_desk.Desk)
            .AddSingleton(new Receipts(_desk.Store, ring, "https://bot.test"))
            .AddSingleton(ring)
            .AddSingleton(p => new Exports(
                _desk.Committer,
                _desk.Store,
                p.GetRequiredService<Receipts>(),
                known,
                _desk.Anchors,
                PatientClock.Shared
            ));
        _app = builder.Build();
        _app.MapLedger(known);
        await _app.StartAsync(Cancel);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _key.Reveal()
        );
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_desk is not null)
        {
            await _desk.DisposeAsync();
        }
    }
}

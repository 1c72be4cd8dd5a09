using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// <c>export</c> in both apps, to the real bot: the file arrives in the asker's own chat, is verified by our own
/// sub-command, and is the one that the ledger says was given.
/// </summary>
public sealed class ExportJourneys(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private readonly Site _site = fixture.Site;

    private static string Erin => People.Erin.Slack!;

    [Fact]
    public async Task In_Slack_the_bundle_arrives_in_the_askers_direct_messages_and_verifies()
    {
        await _site.AskShownAsync();
        var file = await ExportInSlackAsync("export");
        await VerifiesAsync(file.Content!);
        await IsInTheLedgerAsync(file.Content!, "bundle");
        await NothingIsLeftAsync();
        Assert.DoesNotContain(
            _site.Slack.Channels.Where(c => !c.IsIm).SelectMany(c => c.Messages),
            m => m.Files.Length > 0
        );
    }

    [Theory]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/ledger/checkpoint")]
    [InlineData("/ledger/vkey")]
    [InlineData("/ledger/tile/entries/000.p/1")]
    public async Task What_is_read_by_GET_can_be_asked_for_by_HEAD(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var message = new HttpRequestMessage(method, _site.At(path));
            message.Headers.Authorization = new("Bearer", _site.Ledger.Key);
            using var answer = await _site.SendAsync(message);
            Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
            var body = await answer.Content.ReadAsByteArrayAsync(Site.Cancel);
            Assert.Equal(method == HttpMethod.Get, body.Length > 0);
        }
    }

    [Theory]
    [InlineData("jsonl", ".jsonl")]
    [InlineData("csv", ".csv")]
    [InlineData("html", ".html")]
    [InlineData("ocsf", ".ocsf.jsonl")]
    public async Task In_Slack_every_view_arrives_under_its_name(string form, string ending)
    {
        var file = await ExportInSlackAsync($"export from 2020-01-01 as {form}");
        Assert.EndsWith(ending, file.Name, StringComparison.Ordinal);
        await IsInTheLedgerAsync(file.Content!, form);
    }

    [Theory]
    [InlineData("files.getUploadURLExternal", "missing_scope", "Slack gave no place for it")]
    [InlineData("upload", "", "The upload failed")]
    [InlineData("files.completeUploadExternal", "channel_not_found", "may not show it to you")]
    public async Task In_Slack_whatever_keeps_the_file_away_is_told(
        string step,
        string error,
        string told
    )
    {
        _site.Slack.Faults.Next(
            step,
            error.Length == 0 ? new Fault.HttpError() : new Fault.Refused(error)
        );
        Assert.Null(await _site.WrongAsync("slack", "export", told));
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task In_Slack_without_a_direct_message_nothing_is_made_and_the_asker_is_told()
    {
        var before = await ExportsAsync();
        _site.Slack.Faults.Next("conversations.open", new Fault.Refused("user_disabled"));
        Assert.Null(await _site.WrongAsync("slack", "export", "No direct message with you"));
        Assert.Equal(before, await ExportsAsync());
    }

    [Fact]
    public async Task In_Teams_the_file_is_offered_in_the_own_chat_and_put_where_the_person_accepts()
    {
        var offer = await OfferAsync("export");
        Assert.True((await AnswerAsync(offer, accept: true)).Ok);
        var info = await SinceAsync(offer, m => m.FileInfo is not null);
        var id = info.FileInfo!.Value.GetProperty("content").GetProperty("uniqueId").GetString()!;
        var bytes = _site.Teams.Files[id].Content;
        await VerifiesAsync(bytes);
        await IsInTheLedgerAsync(bytes, "bundle");
        await NothingIsLeftAsync();
        Assert.Null(_site.Teams.Personal(People.Erin.Mri!).Find(offer.Id)!.Consent);
    }

    [Fact]
    public async Task In_Teams_a_declined_file_is_deleted_and_no_entry_says_that_it_was_given()
    {
        var before = await ExportsAsync();
        var offer = await OfferAsync("export as csv");
        Assert.True((await AnswerAsync(offer, accept: false)).Ok);
        await SinceAsync(offer, m => Has(m.Text, "Declined"));
        await NothingIsLeftAsync();
        Assert.Equal(before, await ExportsAsync());
    }

    [Fact]
    public async Task In_Teams_a_file_is_neither_given_to_somebody_else_nor_twice()
    {
        var offer = await OfferAsync("export as csv");
        var own = _site.Teams.FileActivity(People.Erin.Mri!, offer.Id, accept: true);
        var again = _site.Teams.FileActivity(People.Erin.Mri!, offer.Id, accept: true);
        var stolen = _site.Teams.FileActivity(People.Erin.Mri!, offer.Id, accept: true);
        stolen["from"]!["id"] = People.Carol.Mri;
        stolen["from"]!["aadObjectId"] = People.Carol.Teams;
        var (files, before) = (_site.Teams.Files.Count, await ExportsAsync());
        Assert.True((await SendAsync(stolen)).Ok);
        await SinceAsync(offer, m => Has(m.Text, "not offered any more"));
        Assert.Equal(files, _site.Teams.Files.Count);

        var seen = Infos();
        Assert.True((await SendAsync(own)).Ok);
        await _site.Teams.WaitForMessage(_ => Infos() > seen, Site.Cancel);
        Assert.True((await SendAsync(again)).Ok);
        await SinceAsync(offer, m => Has(m.Text, "not offered any more"));
        Assert.Equal(files + 1, _site.Teams.Files.Count);
        Assert.Equal(before + 1, await ExportsAsync());

        int Infos() =>
            _site.Teams.Personal(People.Erin.Mri!).Messages.Count(m => m.FileInfo is not null);
    }

    [Theory]
    [InlineData("https://attacker.example/upload")]
    [InlineData("https://attacker.example/x.sharepoint.com")]
    [InlineData("http://contoso-my.sharepoint.com/upload")]
    [InlineData("https://169.254.169.254/latest")]
    public async Task In_Teams_a_file_goes_to_no_place_but_OneDrive(string place)
    {
        var before = await ExportsAsync();
        var offer = await OfferAsync("export as csv");
        var spoiled = _site.Teams.FileActivity(People.Erin.Mri!, offer.Id, accept: true);
        spoiled["value"]!["uploadInfo"]!["uploadUrl"] = place;
        Assert.True((await SendAsync(spoiled)).Ok);
        await ErinReadsAsync(offer, "none of OneDrive");
        Assert.Equal(before, await ExportsAsync());
    }

    [Fact]
    public async Task In_Teams_an_upload_that_fails_is_told()
    {
        var offer = await OfferAsync("export as csv");
        _site.Teams.Faults.Next("upload", new Fault.HttpError(507), times: 3);
        Assert.True((await AnswerAsync(offer, accept: true)).Ok);
        await ErinReadsAsync(offer, "OneDrive answered 507");
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Whoever_is_neither_auditor_nor_administrator_is_refused()
    {
        var answer = await _site.Slack.Command(
            People.Bob.Slack!,
            Acme.SlackGeneral,
            "export",
            Site.Cancel
        );
        Assert.True(answer.Ok);
        await _site.Slack.WaitForMessage(
            m =>
                string.Equals(m.EphemeralFor, People.Bob.Slack, StringComparison.Ordinal)
                && Has(m.Blocks?.GetRawText(), "is for administrators and auditors"),
            Site.Cancel
        );
        Assert.DoesNotContain(
            _site.Slack.Direct(People.Bob.Slack!).Messages,
            m => m.Files.Length > 0
        );
    }

    private async Task<SlackFile> ExportInSlackAsync(string command)
    {
        var direct = _site.Slack.Direct(Erin);
        var before = direct.Messages.Count(m => m.Files.Length > 0);
        Assert.Null(await _site.WrongAsync("slack", command, "SHA-256"));
        return Assert.Single(
            direct.Messages.Where(m => m.Files.Length > 0).ElementAt(before).Files
        );
    }

    private async Task<TeamsMessage> OfferAsync(string command)
    {
        var chat = _site.Teams.Personal(People.Erin.Mri!);
        var before = chat.Messages.Select(m => m.Id).ToHashSet(StringComparer.Ordinal);
        Assert.Null(await _site.WrongAsync("teams", command, "Your export is being made"));
        return await _site.Teams.WaitForMessage(
            m => m.Consent is not null && !before.Contains(m.Id),
            Site.Cancel
        );
    }

    private Task<TeamsAnswer> AnswerAsync(TeamsMessage offer, bool accept) =>
        _site.Teams.AnswerFile(People.Erin.Mri!, offer.Id, accept, Site.Cancel);

    private Task<TeamsAnswer> SendAsync(JsonObject activity) =>
        _site.Teams.Send(
            JsonSerializer.SerializeToUtf8Bytes(activity),
            _site.Teams.Keys.Sign(_site.Teams.Claims()),
            Site.Cancel
        );

    private Task<TeamsMessage> ErinReadsAsync(TeamsMessage offer, string text) =>
        SinceAsync(offer, m => Has(m.Card?.GetRawText(), text));

    /// <summary>The offer as it became, or what came after it.</summary>
    private Task<TeamsMessage> SinceAsync(TeamsMessage offer, Func<TeamsMessage, bool> wanted) =>
        _site.Teams.WaitForMessage(
            m => string.CompareOrdinal(m.Id, offer.Id) >= 0 && wanted(m),
            Site.Cancel
        );

    private static async Task VerifiesAsync(byte[] bundle)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, bundle, Site.Cancel);
        try
        {
            Assert.Equal(0, await BotHost.RunAsync(["verify", path]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task IsInTheLedgerAsync(byte[] file, string form)
    {
        await _site.Ledger.RefreshAsync(Site.Cancel);
        var entry = _site.Ledger.Entries.Last(e =>
            string.Equals(e.Kind(), "export.created", StringComparison.Ordinal)
        );
        Assert.Equal(form, entry.GetProperty("as").GetString());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(file)),
            entry.GetProperty("sha256").GetString()
        );
    }

    private async Task<int> ExportsAsync()
    {
        await _site.Ledger.RefreshAsync(Site.Cancel);
        return _site.Ledger.Entries.Count(e =>
            string.Equals(e.Kind(), "export.created", StringComparison.Ordinal)
        );
    }

    private async Task NothingIsLeftAsync()
    {
        var folder = Path.Combine(_site.Data, "exports");
        if (!System.IO.Directory.Exists(folder))
        {
            return;
        }

        await Eventually.TrueAsync(
            () => System.IO.Directory.GetFiles(folder).Length == 0,
            "no file is left"
        );
    }

    private static bool Has(string? text, string part) =>
        text?.Contains(part, StringComparison.Ordinal) == true;
}

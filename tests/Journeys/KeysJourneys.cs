using System.Text;
using System.Text.Json;
using ChatApprovals.Jose;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>The keys that sign tokens, over the real process: published, recorded once, kept.</summary>
public sealed class KeysJourneys : IAsyncDisposable
{
    private readonly string _data = System.IO.Directory.CreateTempSubdirectory("keys-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_may_read_the_public_keys_and_a_restart_keeps_and_records_them_once()
    {
        var first = await PublishedAsync();
        var second = await PublishedAsync();
        Assert.Equal(first, second);
        var keys = JwkSet.Parse(Encoding.UTF8.GetBytes(first))!.Keys;
        Assert.All(keys, k => Assert.Equal(k.Thumbprint, k.Kid));
        Assert.DoesNotContain("\"d\"", first, StringComparison.Ordinal);
        Assert.Equal(
            keys.Select(k => k.Kid!).Order(StringComparer.Ordinal),
            Recorded()
                .Where(k => k.Split(' ')[1] is not ("ledger" or "ledger-ed25519" or "callback"))
                .Select(k => k.Split(' ')[0])
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_key_that_the_ledger_names_is_not_made_anew_when_its_file_is_gone()
    {
        await PublishedAsync();
        foreach (
            var (kid, purpose) in Recorded().Select(k => k.Split(' ')).Select(k => (k[0], k[1]))
        )
        {
            var file = Path.Combine(_data, "keys", purpose + ".pem");
            File.Move(file, file + ".away");
            await using var bot = Bot();
            Assert.NotNull(await bot.StartAsync(Cancel));
            Assert.False(File.Exists(file), $"{purpose} {kid} was made anew");
            File.Move(file + ".away", file);
        }
    }

    private BotProcess Bot() =>
        new(
            new PlaygroundOptions().BotProgram,
            _data,
            new Dictionary<string, string>(StringComparer.Ordinal),
            PatientClock.Shared
        );

    private async Task<string> PublishedAsync()
    {
        await using var bot = Bot();
        Assert.Null(await bot.StartAsync(Cancel));
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(bot.Url, "/.well-known/jwks.json"), Cancel);
        Assert.Equal("application/jwk-set+json", answer.Content.Headers.ContentType!.MediaType);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancel);
    }

    private List<string> Recorded()
    {
        using var db = LedgerFile.In(_data);
        db.Open();
        using var select = db.CreateCommand();
        select.CommandText = "SELECT entry FROM ledger WHERE kind = 'key.created'";
        using var reader = select.ExecuteReader();
        List<string> keys = [];
        while (reader.Read())
        {
            var entry = JsonElement.Parse(reader.GetFieldValue<byte[]>(0));
            var (kid, purpose) = (entry.GetProperty("txn"), entry.GetProperty("purpose"));
            keys.Add($"{kid.GetString()} {purpose.GetString()}");
        }

        return keys;
    }

    public ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }
}

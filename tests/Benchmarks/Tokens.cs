using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>The secrets of one request's two cards.</summary>
internal sealed record CardTokens(string Slack, string Teams)
{
    /// <summary>A token begins with its request's id.</summary>
    public string Request => Slack[..Slack.IndexOf('.', StringComparison.Ordinal)];
}

/// <summary>
/// The tokens of the cards, in the order of their requests. Slack takes one message a second in a channel,
/// so nobody could click thousands a second: they are read from the bot's file, read-only, instead.
/// </summary>
internal sealed class Tokens : IDisposable
{
    private const int PageMax = 1_000;

    private readonly SqliteConnection _file;
    private readonly SqliteCommand _next;
    private readonly ConcurrentQueue<CardTokens> _queue = new();
    private readonly Lock _reading = new();
    private long _last = -1;

    public Tokens(string file)
    {
        SystemSqlite.Use();
        _file = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        _file.Open();
        _next = _file.CreateCommand();
        _next.CommandText =
            "SELECT c.seq, c.body FROM content c JOIN ledger l ON l.seq = c.seq WHERE c.seq > $1"
            + $" AND l.kind = 'request.created' ORDER BY c.seq LIMIT {PageMax}";
        _next.Parameters.Add(new SqliteParameter { ParameterName = "$1" });
    }

    public int Count => _queue.Count;

    /// <summary>The oldest that nobody took, or null.</summary>
    public CardTokens? Take() => _queue.TryDequeue(out var card) ? card : null;

    /// <summary>Waits for one.</summary>
    public async Task<CardTokens> TakeAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (Take() is { } card)
            {
                return card;
            }

            await Task.Delay(1, cancel);
            ReadMore();
        }
    }

    /// <summary>How many requests nobody has decided yet.</summary>
    public int Pending()
    {
        using var count = _file.CreateCommand();
        count.CommandText = "SELECT count(*) FROM request WHERE status = 'pending'";
        return Convert.ToInt32(count.ExecuteScalar());
    }

    /// <summary>Reads what was asked since.</summary>
    public void ReadMore()
    {
        lock (_reading)
        {
            for (var read = PageMax; read == PageMax; )
            {
                read = ReadPage();
            }
        }
    }

    public void Dispose()
    {
        _next.Dispose();
        _file.Dispose();
    }

    private int ReadPage()
    {
        var read = 0;
        _next.Parameters[0].Value = _last;
        using var rows = _next.ExecuteReader();
        for (; rows.Read(); read++)
        {
            _last = rows.GetInt64(0);
            _queue.Enqueue(Read(rows.GetFieldValue<byte[]>(1)));
        }

        return read;
    }

    private static CardTokens Read(byte[] opening)
    {
        using var json = JsonDocument.Parse(opening);
        var copies = json.RootElement.GetProperty("copies");
        return new CardTokens(Token(copies[0]), Token(copies[1]));
    }

    private static string Token(JsonElement copy) => copy.GetProperty("token").GetString()!;
}

using System.Globalization;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using ChatApprovals.Jose;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Export;

/// <summary>What an auditor asked for.</summary>
internal sealed record ExportAsked(string As, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>
/// <c>GET /ledger/export?from=&amp;to=&amp;as=</c>: the bundle, or one of its views. That it was given to whom is an
/// entry, durable before the first byte. Streams; two at a time.
/// </summary>
internal sealed class Exports(
    Committer committer,
    IStore store,
    Receipts receipts,
    JwkSet keys,
    string vkey
) : IDisposable
{
    /// <summary>Own limit: an export reads the whole ledger.</summary>
    private const int AtOnce = 2;

    private const int Buffer = 1 << 16;

    private static readonly Dictionary<string, string> s_types = new(StringComparer.Ordinal)
    {
        ["bundle"] = "application/zip",
        ["jsonl"] = "application/jsonl",
        ["csv"] = "text/csv; charset=utf-8",
        ["html"] = "text/html; charset=utf-8",
        ["ocsf"] = "application/jsonl",
    };

    private readonly SemaphoreSlim _slots = new(AtOnce);

    public async Task<Problem?> SendAsync(
        HttpContext http,
        PersonId auditor,
        CancellationToken cancel
    )
    {
        if (!TryRead(http.Request.Query, out var asked))
        {
            return Problems.BadQuery(
                "as: bundle, jsonl, csv, html or ocsf; from and to: a date such as 2026-11-21, or a time such as 2026-11-21T08:00:00Z, from before to."
            );
        }

        if (!await _slots.WaitAsync(TimeSpan.Zero, cancel))
        {
            return new Problem(
                429,
                "too_many_requests",
                "Other exports are under way",
                "Try again when one of them is done."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(10),
            };
        }

        try
        {
            var now = await RecordAsync(asked, auditor, cancel);
            await StreamAsync(http.Response, asked, now, cancel);
            return null;
        }
        catch when (http.Response.HasStarted)
        {
            // What breaks off must not look like a whole file.
            http.Abort();
            throw;
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private Task<DateTimeOffset> RecordAsync(
        ExportAsked asked,
        PersonId auditor,
        CancellationToken cancel
    ) =>
        committer.CommitAsync(
            commit =>
            {
                commit.Record(new Fact.ExportCreated(auditor, asked.As, asked.From, asked.To));
                return commit.Now;
            },
            cancel
        );

    private async Task StreamAsync(
        HttpResponse response,
        ExportAsked asked,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var span = LedgerSpan.Of(store, store.Head()!, asked.From, asked.To);
        var name = asked.As switch
        {
            "bundle" => "zip",
            "ocsf" => "ocsf.jsonl",
            var view => view,
        };
        response.ContentType = s_types[asked.As];
        response.Headers.ContentDisposition =
            $"attachment; filename=\"ledger-{span.Head.Size.ToString(CultureInfo.InvariantCulture)}.{name}\"";
        Answer.NotKept(response);
        await using var output = new BufferedStream(response.Body, Buffer);
        if (asked.As is "bundle")
        {
            await Bundle(span).WriteAsync(output, now, cancel);
            return;
        }

        foreach (var chunk in View(span, asked.As))
        {
            await output.WriteAsync(chunk, cancel);
        }
    }

    internal Bundle Bundle(LedgerSpan span) => new(span, receipts, keys, vkey);

    private static IEnumerable<ReadOnlyMemory<byte>> View(LedgerSpan span, string form) =>
        form switch
        {
            "csv" => EventLines.Csv(span),
            "html" => Transcript.Write(span),
            "ocsf" => OcsfLines.Write(span),
            _ => EventLines.Exact(span),
        };

    internal static bool TryRead(IQueryCollection query, out ExportAsked asked)
    {
        asked = new ExportAsked("bundle", null, null);
        foreach (var (name, values) in query)
        {
            if (values is not [{ Length: > 0 } text])
            {
                return false;
            }

            var read = name switch
            {
                "as" when s_types.ContainsKey(text) => asked with { As = text },
                "from" when Time(text, isEnd: false) is { } from => asked with { From = from },
                "to" when Time(text, isEnd: true) is { } to => asked with { To = to },
                _ => null,
            };
            if (read is null)
            {
                return false;
            }

            asked = read;
        }

        return asked.From is null || asked.To is null || asked.From < asked.To;
    }

    /// <summary>A day counts as a whole, so as an end it is the next one's beginning.</summary>
    private static DateTimeOffset? Time(string text, bool isEnd)
    {
        if (
            DateOnly.TryParseExact(
                text,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
        )
        {
            return new DateTimeOffset(day.AddDays(isEnd ? 1 : 0), TimeOnly.MinValue, TimeSpan.Zero);
        }

        return DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
    }
}

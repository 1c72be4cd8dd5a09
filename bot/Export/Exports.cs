using System.Globalization;
using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using ChatApprovals.Jose;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Export;

/// <summary>
/// <c>GET /ledger/export?from=&amp;to=&amp;as=</c>: the bundle, or one of its views. That it was given to whom is an
/// entry, durable before the first byte. Streams; two at a time.
/// </summary>
public sealed class Exports(
    Committer committer,
    IStore store,
    Receipts receipts,
    PublicKeys keys,
    AnchorDesk anchors,
    TimeProvider clock
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

        using var slot = Enter();
        if (slot is null)
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
            await RecordAsync(
                new Fact.ExportCreated(auditor, asked.As, asked.From, asked.To),
                cancel
            );
            await StreamAsync(http.Response, asked, cancel);
            return null;
        }
        catch when (http.Response.HasStarted)
        {
            // What breaks off must not look like a whole file.
            http.Abort();
            throw;
        }
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>A place among those that run at once, to be given back; null when all are taken.</summary>
    public IDisposable? Enter() => _slots.Wait(TimeSpan.Zero) ? new Slot(_slots) : null;

    /// <summary>
    /// That it is given to somebody. Durable on return; before the first byte leaves. Every anchor gets the checkpoint
    /// that covers this entry, as soon as may be.
    /// </summary>
    /// <exception cref="UnavailableException">Nothing was stored.</exception>
    public async Task RecordAsync(Fact.ExportCreated fact, CancellationToken cancel)
    {
        await committer.CommitAsync(
            commit =>
            {
                commit.Record(fact);
                anchors.Hasten(commit);
                return true;
            },
            cancel
        );
        anchors.Wake();
    }

    /// <summary>The part asked for, as of now.</summary>
    public LedgerSpan Span(ExportAsked asked) =>
        LedgerSpan.Of(store, store.Head()!, asked.From, asked.To);

    /// <summary>What the file is called.</summary>
    public static string Name(ExportAsked asked, LedgerSpan span)
    {
        var ending = asked.As switch
        {
            "bundle" => "zip",
            "ocsf" => "ocsf.jsonl",
            var view => view,
        };
        return $"ledger-{span.Head.Size.ToString(CultureInfo.InvariantCulture)}.{ending}";
    }

    /// <summary>Writes it piece by piece; <paramref name="output"/> need not be seekable.</summary>
    public async Task WriteAsync(
        Stream output,
        ExportAsked asked,
        LedgerSpan span,
        CancellationToken cancel
    )
    {
        if (asked.As is "bundle")
        {
            await Bundle(span).WriteAsync(output, clock.GetUtcNow(), cancel);
            return;
        }

        foreach (var chunk in View(span, asked.As))
        {
            await output.WriteAsync(chunk, cancel);
        }
    }

    private async Task StreamAsync(
        HttpResponse response,
        ExportAsked asked,
        CancellationToken cancel
    )
    {
        var span = Span(asked);
        response.ContentType = s_types[asked.As];
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"{Name(asked, span)}\"";
        Answer.NotKept(response);
        await using var output = new BufferedStream(response.Body, Buffer);
        await WriteAsync(output, asked, span, cancel);
    }

    internal Bundle Bundle(LedgerSpan span) => new(span, receipts, keys);

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
                "from" when ExportAsked.Time(text, isEnd: false) is { } from => asked with
                {
                    From = from,
                },
                "to" when ExportAsked.Time(text, isEnd: true) is { } to => asked with { To = to },
                _ => null,
            };
            if (read is null)
            {
                return false;
            }

            asked = read;
        }

        return asked.IsOrdered;
    }

    private sealed class Slot(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}

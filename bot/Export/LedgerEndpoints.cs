using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ChatApprovals.Export;

/// <summary>
/// The ledger for auditors, as C2SP tlog-tiles: <c>GET /ledger/checkpoint</c>, <c>/ledger/tile/&lt;L&gt;/&lt;N&gt;</c>,
/// <c>/ledger/tile/entries/&lt;N&gt;</c>, <c>/ledger/vkey</c> (the P-256 key to check it with, then those before, then the Ed25519 keys of
/// the second line in the same order; pin them, do not trust this answer twice), <c>/ledger/receipts/&lt;request&gt;</c>, <c>/ledger/export</c>, with an auditor's key <c>cau_…</c> as bearer. Read-only.
/// </summary>
public static class LedgerEndpoints
{
    private const string Octets = "application/octet-stream";

    private static readonly Problem s_unauthenticated = new(
        401,
        "unauthenticated",
        "An auditor's key is needed",
        "Send `Authorization: Bearer cau_…`. An auditor gets one with the chat command `auditor key`."
    );

    private static readonly Problem s_undecided = new(
        409,
        "not_decided",
        "There is no decision yet",
        "A receipt is of a decision."
    );

    /// <param name="app">Where to.</param>
    /// <param name="keys">Has the C2SP verifier keys of the checkpoints.</param>
    public static void MapLedger(this IEndpointRouteBuilder app, PublicKeys keys)
    {
        app.MapMethods("/ledger/checkpoint", ReadOnly.Methods, Checkpoint);
        app.MapMethods(
            "/ledger/vkey",
            ReadOnly.Methods,
            (HttpContext http, RegisterDesk register) =>
                IsAuditor(http, register.Current)
                    ? Results.Text(
                        string.Concat(
                            keys.Vkeys.Reverse().Concat(keys.Lines.Reverse()).Select(k => k + "\n")
                        ),
                        "text/plain; charset=utf-8"
                    )
                    : Unauthorized(http)
        );
        app.MapMethods("/ledger/tile/{**path}", ReadOnly.Methods, Tile);
        app.MapMethods("/ledger/receipts/{id}", ReadOnly.Methods, ReceiptAsync);
        MapExport(app);
    }

    private static void MapExport(IEndpointRouteBuilder app)
    {
        var all = app.ServiceProvider;
        var exports = all.GetRequiredService<Exports>();
        var logger = all.GetRequiredService<ILoggerFactory>()
            .CreateLogger(typeof(LedgerEndpoints).Namespace!);
        app.MapGet(
            "/ledger/export",
            (HttpContext http, RegisterDesk register) =>
                Auditor(http, register.Current) is { } auditor
                    ? Calls.AnswerAsync(
                        http,
                        (call, cancel) => exports.SendAsync(call, auditor, cancel),
                        logger
                    )
                    : Unauthorized(http).ExecuteAsync(http)
        );
    }

    private static async Task<IResult> ReceiptAsync(
        string id,
        HttpContext http,
        ApprovalDesk desk,
        Receipts receipts,
        RegisterDesk register
    )
    {
        if (!IsAuditor(http, register.Current))
        {
            return Unauthorized(http);
        }

        if (
            !RequestId.TryParse(id, provider: null, out var request)
            || await desk.ShowAsync(request, http.RequestAborted) is not { } approval
        )
        {
            return Results.NotFound();
        }

        http.Response.Headers.CacheControl = "no-store";
        return receipts.Of(approval) is { } receipt
            ? Results.Json(
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["receipt"] = receipt.Jws,
                    ["proof"] = receipt.Proof,
                }
            )
            : s_undecided;
    }

    private static IResult Checkpoint(HttpContext http, IStore store, RegisterDesk register)
    {
        if (!IsAuditor(http, register.Current))
        {
            return Unauthorized(http);
        }

        http.Response.Headers.CacheControl = "no-store";
        return store.Head() is { } head
            ? Results.Text(head.Checkpoint, "text/plain; charset=utf-8")
            : Results.NotFound();
    }

    private static IResult Tile(string? path, HttpContext http, IStore store, RegisterDesk register)
    {
        if (!IsAuditor(http, register.Current))
        {
            return Unauthorized(http);
        }

        if (
            store.Head() is not { } head
            || !TilePath.TryParse("tile/" + path, out var tile)
            || !tile.IsWithin(head.Size)
        )
        {
            return Results.NotFound();
        }

        var bytes = tile.Level is null
            ? Tiles.Bundle([
                .. store.Entries(tile.First, tile.Width).Select(e => (ReadOnlyMemory<byte>)e.Bytes),
            ])
            : Tiles.Build(tile, store.Hashes);
        // What a tile's address names never changes; whoever has no key gets it from nobody's cache.
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.Bytes(bytes, Octets);
    }

    /// <summary>
    /// A key of somebody who is an auditor or administrator now; compared by its hash, so in constant time
    /// for the key.
    /// </summary>
    private static bool IsAuditor(HttpContext http, Register register) =>
        Auditor(http, register) is not null;

    private static PersonId? Auditor(HttpContext http, Register register) =>
        Bearer.Of(http.Request) is { } token && Bearer.Key(token, ApiKeyKind.Auditor) is { } key
            ? register.AuditorByKey(key.Hash)
            : null;

    /// <summary>As everywhere: no more than that it is none is said of a key that was sent.</summary>
    private static Problem Unauthorized(HttpContext http) =>
        http.Request.Headers.Authorization.Count == 0
            ? s_unauthenticated
            : s_unauthenticated with
            {
                Challenge = Problems.UnknownKey.Challenge,
            };
}

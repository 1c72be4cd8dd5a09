using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>
/// What enforcing an approval costs: a call through a guarded endpoint beside the same call made directly, and
/// grants consumed by an external guard beside the raw append loop. A policy approves by itself, so that what is
/// measured is the way from the grant to its use.
/// </summary>
internal sealed partial class Guarding(Place place, Plaintext upstream)
{
    private const int Clients = 16;
    private const string Audience = "https://runner.acme.example";

    private string _guardKey = "";

    /// <summary>Two policies that allow, a guarded endpoint over the plaintext server, an external guard.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        using var wire = await Wire.OpenAsync(place.Bot.Url, cancel);
        await place.SayAsync(
            wire,
            "policy set reads\nmatch:\n  action: http.get\neffect: allow",
            cancel
        );
        await place.SayAsync(
            wire,
            "policy set runs\nmatch:\n  action: bench.run\neffect: allow",
            cancel
        );
        await place.SayAsync(wire, $"guard add plain upstream {upstream.Url} private", cancel);
        var added = await place.SayAsync(wire, $"guard add runner audience {Audience}", cancel);
        _guardKey = GuardKey().Match(added) is { Success: true } key
            ? key.Value
            : throw new InvalidOperationException(added);
    }

    /// <summary>Calls that the bot forwards: each is a request, a grant that is used up, and an outcome in the ledger.</summary>
    public Task<Done> ForwardAsync(double seconds, CancellationToken cancel)
    {
        var turn = 0;
        return Load.ForAsync(
            place.Bot.Server,
            Clients,
            seconds,
            async (wire, _) =>
            {
                var agent = place.Asking.Authorization(Interlocked.Increment(ref turn));
                var call = Wire.Request("GET", "/guard/plain/plaintext", agent, body: null);
                (await wire.SendAsync(call, cancel)).Must(200);
            },
            cancel
        );
    }

    /// <summary>Grants that a guard consumes: each durable when it is answered.</summary>
    public async Task<Done> ConsumeAsync(int grants, CancellationToken cancel)
    {
        var calls = new ConcurrentQueue<byte[]>();
        var left = grants;
        await Load.AllAsync(
            place.Bot.Server,
            Clients,
            async wire =>
            {
                if (Interlocked.Decrement(ref left) is var number && number < 0)
                {
                    return false;
                }

                calls.Enqueue(await GrantedAsync(wire, number, cancel));
                return true;
            },
            cancel
        );
        return await Load.AllAsync(
            place.Bot.Server,
            Clients,
            async wire =>
            {
                if (!calls.TryDequeue(out var call))
                {
                    return false;
                }

                (await wire.SendAsync(call, cancel)).Must(200);
                return true;
            },
            cancel
        );
    }

    /// <summary>Asks, is allowed, takes the grant: the guard's call that uses it.</summary>
    private async Task<byte[]> GrantedAsync(Wire wire, int number, CancellationToken cancel)
    {
        var action = $$"""
            "action":{"name":"bench.run","properties":{"number":"{{number}}"} },"resource":{"type":"job","id":"job-{{number}}"}
            """;
        var agent = place.Asking.Authorization(number) + "Content-Type: application/json\r\n";
        var asked = Wire.Request(
            "POST",
            "/v1/requests",
            agent,
            $$$"""{ {{{action}}},"audience":"{{{Audience}}}","initiator":{"type":"human","id":"alice@acme.example"},"justification":"measured"}"""
        );
        var id = Asking.IdOf((await wire.SendAsync(asked, cancel)).Must(201));
        var take = Wire.Request("POST", $"/v1/requests/{id}/grant", agent, "{}");
        var answer = (await wire.SendAsync(take, cancel)).Must(200);
        var token = JsonElement.Parse(answer.Body.Span).GetProperty("token").GetString();
        var guard = $"Authorization: Bearer {_guardKey}\r\nContent-Type: application/json\r\n";
        return Wire.Request(
            "POST",
            "/v1/grants/consume",
            guard,
            $$$"""{"token":"{{{token}}}",{{{action}}} }"""
        );
    }

    [GeneratedRegex("cgk_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GuardKey();
}

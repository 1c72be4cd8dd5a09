using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Callbacks;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Guard;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatApprovals.Tests.Callbacks;

/// <summary>A desk whose agent is called back at a real web server on this machine.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly SigningKey s_key = TestDesk.MakeKey(KeyRing.Callback);
    private static readonly CallbackSecrets s_secrets = new(KeyRing.Of(s_key), _ => null);

    private readonly Outbound _outbound;
    private CallbackSender _sender;

    private Receiver(TestDesk desk, UpstreamServer server, Outbound outbound)
    {
        (Desk, Server, _outbound) = (desk, server, outbound);
        _sender = Sender();
    }

    /// <summary>The secret that it is registered with first, and another.</summary>
    public static string First { get; } = s_key.Kid + ".first";
    public static string Second { get; } = s_key.Kid + ".second";

    public TestDesk Desk { get; }
    public UpstreamServer Server { get; }

    /// <summary>The callback as it is registered now.</summary>
    public AgentCallback? Registered => Desk.Register.Current.Callback(Make.Agent);

    public IReadOnlyList<CallbackLine> Owed => Desk.Callbacks.Owed(Make.Agent, 100);

    public static async Task<Receiver> StartAsync(
        TimeProvider? clock = null,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null
    )
    {
        var desk = await TestDesk.OpenAsync(clock: clock);
        var server = await UpstreamServer.StartAsync(TestDesk.Cancel);
        var outbound = resolve is null ? new Outbound() : new Outbound(resolve);
        var receiver = new Receiver(desk, server, outbound);
        await receiver.RegisterAsync(server.Url + "/hook", mayBePrivate: true);
        await receiver._sender.StartAsync(TestDesk.Cancel);
        return receiver;
    }

    public Task RegisterAsync(string url, bool mayBePrivate) =>
        ChangeAsync(
            new AgentCallback(Make.Agent, url, First, Desk.Clock.GetUtcNow())
            {
                Private = mayBePrivate,
            }
        );

    public Task ChangeAsync(AgentCallback callback) =>
        Desk.Register.ChangeAsync(
            by: null,
            (_, _) =>
                new ConfigRuling.Set("callback", Make.Agent.ToString(), callback, Widens: true),
            TestDesk.Cancel
        );

    /// <summary>Something ends, so that something is owed.</summary>
    public async Task<Approval> ApproveAsync(string change = "CHG-1")
    {
        var approval = await Desk.OpenOneAsync(change);
        await Desk.ClickAsync(approval, "BOB");
        return approval;
    }

    public Task ArrivedAsync(int count) =>
        Eventually.TrueAsync(() => Server.Calls.Count >= count, $"{count} callbacks");

    /// <summary>Until what is owed is as wanted.</summary>
    public Task UntilAsync(Func<IReadOnlyList<CallbackLine>, bool> isSo) =>
        Eventually.TrueAsync(() => isSo(Owed), "what is owed");

    /// <summary>Only what moves the clock by hand may wake: real time does it, and whatever changed.</summary>
    public void Pass(HandClock clock, TimeSpan time)
    {
        clock.Advance(time);
        _sender.Wake();
    }

    /// <summary>The sender of before ends, and another begins with what is stored.</summary>
    public async Task RestartAsync()
    {
        await _sender.StopAsync(TestDesk.Cancel);
        _sender.Dispose();
        _sender = Sender();
        await _sender.StartAsync(TestDesk.Cancel);
    }

    public Task StopAsync() => _sender.StopAsync(TestDesk.Cancel);

    public void Answer(int status, string? retryAfter = null, string? location = null) =>
        Server.Answer = http =>
        {
            http.Response.StatusCode = status;
            if (retryAfter is not null)
            {
                http.Response.Headers.RetryAfter = retryAfter;
            }

            if (location is not null)
            {
                http.Response.Headers.Location = location;
            }

            return Task.CompletedTask;
        };

    /// <summary>What a receiver that follows the standard computes, from the secret as it was shown.</summary>
    public static string Expected(Sent call, string secretId)
    {
        var shown = s_secrets.Reveal(Make.Agent, secretId);
        var secret = Convert.FromBase64String(shown["whsec_".Length..]);
        var at = long.Parse(call.Headers["webhook-timestamp"], CultureInfo.InvariantCulture);
        byte[] signed =
        [
            .. Encoding.ASCII.GetBytes($"{call.Headers["webhook-id"]}.{at}."),
            .. call.Body,
        ];
        return "v1,"
            + Convert.ToBase64String(
                System.Security.Cryptography.HMACSHA256.HashData(secret, signed)
            );
    }

    public static string Secret(string secretId) => s_secrets.Reveal(Make.Agent, secretId);

    public async ValueTask DisposeAsync()
    {
        await _sender.StopAsync(CancellationToken.None);
        _sender.Dispose();
        await Server.DisposeAsync();
        await Desk.DisposeAsync();
    }

    private CallbackSender Sender() =>
        new(
            Desk.Callbacks,
            new CallbackPost(_outbound, s_secrets, Desk.Clock),
            Desk.Clock,
            NullLogger<CallbackSender>.Instance
        );
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Guard;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Callbacks;

/// <summary>Agents are told of changes: signed, thin, until it is taken; over real HTTP.</summary>
public sealed class CallbackTests
{
    [Fact]
    public async Task A_decision_is_told_once_signed_and_without_anything_of_the_request()
    {
        await using var receiver = await Receiver.StartAsync();
        var approval = await receiver.ApproveAsync();
        await receiver.ArrivedAsync(1);
        await receiver.UntilAsync(owed => owed.Count == 0);
        var call = receiver.Server.Only();
        Assert.Equal("POST", call.Method);
        Assert.Equal("/hook", call.Target);
        Assert.Equal("application/json", call.Headers["Content-Type"]);
        Assert.Equal(Receiver.Expected(call, Receiver.First), call.Headers["webhook-signature"]);
        Assert.Matches("^evt_[A-Za-z0-9_-]{22}$", call.Headers["webhook-id"]);
        var body = JsonDocument.Parse(call.Body).RootElement;
        Assert.Equal(
            "type id timestamp",
            string.Join(' ', body.EnumerateObject().Select(m => m.Name))
        );
        Assert.Equal("request.approved", body.GetProperty("type").GetString());
        Assert.Equal(approval.Id.ToString(), body.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Npms_standardwebhooks_takes_it_and_refuses_another_body()
    {
        SharedData.SkipUnless(
            System.IO.Directory.Exists(
                SharedData.InRepository("tests/node/node_modules/standardwebhooks")
            ),
            "npm ci was not run in tests/node"
        );
        await using var receiver = await Receiver.StartAsync();
        await receiver.ApproveAsync();
        await receiver.ArrivedAsync(1);
        var call = receiver.Server.Only();
        var body = Encoding.UTF8.GetString(call.Body);
        Assert.Equal(0, await JudgedAsync(call, body, Receiver.Secret(Receiver.First)));
        Assert.NotEqual(0, await JudgedAsync(call, body + " ", Receiver.Secret(Receiver.First)));
        Assert.NotEqual(0, await JudgedAsync(call, body, Receiver.Secret(Receiver.Second)));
    }

    [Fact]
    public async Task While_a_secret_changes_both_sign_and_later_only_the_new_one()
    {
        var clock = new HandClock(Make.Noon);
        await using var receiver = await Receiver.StartAsync(clock);
        await receiver.ChangeAsync(
            receiver.Registered! with
            {
                SecretId = Receiver.Second,
                Before = new RetiredSecret(Receiver.First, Make.Noon + AgentCallback.SecretKept),
            }
        );
        await receiver.ApproveAsync();
        await receiver.ArrivedAsync(1);
        var first = receiver.Server.Only();
        Assert.Equal(
            $"{Receiver.Expected(first, Receiver.Second)} {Receiver.Expected(first, Receiver.First)}",
            first.Headers["webhook-signature"]
        );
        receiver.Pass(clock, AgentCallback.SecretKept);
        await receiver.ApproveAsync("CHG-2");
        await receiver.ArrivedAsync(2);
        var later = receiver.Server.Calls.Last();
        Assert.Equal(Receiver.Expected(later, Receiver.Second), later.Headers["webhook-signature"]);
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(302, "http://127.0.0.1:1/elsewhere")]
    [InlineData(404, null)]
    public async Task What_is_not_taken_is_sent_again_with_the_same_id(int status, string? location)
    {
        var clock = new HandClock(Make.Noon);
        await using var receiver = await Receiver.StartAsync(clock);
        receiver.Answer(status, location: location);
        await receiver.ApproveAsync();
        await receiver.UntilAsync(owed => owed is [{ Attempts: 1 }]);
        Assert.Equal($"It answered {status}.", receiver.Owed[0].Error);
        receiver.Answer(204);
        receiver.Pass(clock, TimeSpan.FromSeconds(6));
        await receiver.UntilAsync(owed => owed.Count == 0);
        Assert.Equal(2, receiver.Server.Calls.Count);
        Assert.Single(
            receiver
                .Server.Calls.Select(c => c.Headers["webhook-id"])
                .Distinct(StringComparer.Ordinal)
        );
        Assert.All(receiver.Server.Calls, c => Assert.Equal("/hook", c.Target));
    }

    [Fact]
    public async Task A_receiver_that_asks_to_wait_is_left_alone_as_long()
    {
        var clock = new HandClock(Make.Noon);
        await using var receiver = await Receiver.StartAsync(clock);
        receiver.Answer(429, retryAfter: "3600");
        await receiver.ApproveAsync();
        await receiver.UntilAsync(owed => owed is [{ Attempts: 1 }]);
        Assert.Equal(Make.Noon.AddHours(1), receiver.Owed[0].DueAt);
    }

    [Fact]
    public async Task After_ten_attempts_it_is_given_up_and_kept_until_somebody_tries_again()
    {
        var clock = new HandClock(Make.Noon);
        await using var receiver = await Receiver.StartAsync(clock);
        receiver.Answer(503);
        await receiver.ApproveAsync();
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            await receiver.UntilAsync(owed => owed[0].Attempts == attempt);
            receiver.Pass(clock, TimeSpan.FromHours(27));
        }

        Assert.Null(Assert.Single(receiver.Owed).DueAt);
        await receiver.RestartAsync();
        Assert.Equal(10, receiver.Server.Calls.Count);
        receiver.Answer(200);
        await receiver.Desk.Callbacks.RetryAsync(Make.Agent, TestDesk.Cancel);
        await receiver.UntilAsync(owed => owed.Count == 0);
    }

    [Fact]
    public async Task Gone_switches_it_off_which_the_ledger_says_and_nothing_more_is_owed()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(410);
        await receiver.ApproveAsync();
        await Eventually.TrueAsync(() => receiver.Registered is { Gone: true }, "off");
        await receiver.ApproveAsync("CHG-2");
        Assert.Single(receiver.Server.Calls);
        var size = receiver.Desk.Store.Head()!.Size;
        Assert.Contains(
            receiver.Desk.Store.Entries(0, (int)size),
            e =>
                e.Kind is EntryKinds.ConfigChanged
                && Encoding
                    .UTF8.GetString(e.Bytes)
                    .Contains("\"gone\":true", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task An_address_that_is_named_again_after_410_is_sent_what_is_owed_at_once()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer(410);
        await receiver.ApproveAsync();
        await Eventually.TrueAsync(() => receiver.Registered is { Gone: true }, "off");
        receiver.Answer(204);
        await receiver.RegisterAsync(receiver.Server.Url + "/other", mayBePrivate: true);
        await receiver.ArrivedAsync(2);
        Assert.Equal("/other", receiver.Server.Calls.Last().Target);
        await receiver.UntilAsync(owed => owed.Count == 0);
    }

    /// <summary>A name that was public when it was registered, and is this machine when it is called.</summary>
    [Fact]
    public async Task A_name_that_changes_its_mind_is_not_called_and_the_attempt_counts()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var port = ((IPEndPoint)inside.LocalEndpoint).Port;
        var asked = 0;
        var answers = new[] { IPAddress.Parse("1.1.1.1"), IPAddress.Loopback };
        Task<IPAddress[]> Resolve(string host, CancellationToken cancel) =>
            Task.FromResult<IPAddress[]>([answers[Math.Min(asked++, 1)]]);
        await using var receiver = await Receiver.StartAsync(resolve: Resolve);
        var url = new Uri($"https://hook.example:{port}/");
        var registering = new Outbound(Resolve);
        Assert.Null(await registering.WhyNotAsync(url, mayBePrivate: false, TestDesk.Cancel));
        await receiver.RegisterAsync(url.ToString(), mayBePrivate: false);
        await receiver.ApproveAsync();
        await receiver.UntilAsync(owed => owed is [{ Attempts: 1 }]);
        Assert.Contains("not public", receiver.Owed[0].Error!, StringComparison.Ordinal);
        Assert.Equal(2, asked);
        Assert.False(inside.Pending(), "it was called");
    }

    [Fact]
    public async Task What_is_owed_outlives_the_process()
    {
        await using var receiver = await Receiver.StartAsync();
        await receiver.StopAsync();
        await receiver.ApproveAsync();
        Assert.Single(receiver.Owed);
        Assert.Empty(receiver.Server.Calls);
        await receiver.RestartAsync();
        await receiver.ArrivedAsync(1);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1/", false)]
    [InlineData("https://localhost:1/", false)]
    [InlineData("https://169.254.169.254/", true)]
    [InlineData("https://[::ffff:127.0.0.1]/", true)]
    [InlineData("https://10.0.0.1/", false)]
    public async Task An_address_inside_is_not_called_whatever_was_registered(string url, bool may)
    {
        await using var receiver = await Receiver.StartAsync();
        await receiver.RegisterAsync(url, may);
        await receiver.ApproveAsync();
        await receiver.UntilAsync(owed => owed is [{ Attempts: 1 }]);
        Assert.Contains("address", receiver.Owed[0].Error!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_end_is_told_and_an_agent_without_a_callback_is_owed_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        var denied = await receiver.Desk.OpenOneAsync("A");
        await receiver.Desk.ClickAsync(denied, "BOB", Verdict.Rejected);
        var cancelled = await receiver.Desk.OpenOneAsync("B");
        await receiver.Desk.Desk.CancelAsync(Make.Agent, cancelled.Id, null, TestDesk.Cancel);
        await receiver.ArrivedAsync(2);
        Assert.Equal(
            ["request.cancelled", "request.denied"],
            receiver.Server.Calls.Select(TypeOf).Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        await receiver.UntilAsync(owed => owed.Count == 0);
        await receiver.Desk.Register.ChangeAsync(
            by: null,
            (_, _) => new ConfigRuling.Set("callback", Make.Agent.ToString(), null, Widens: false),
            TestDesk.Cancel
        );
        await receiver.ApproveAsync("C");
        Assert.Empty(receiver.Owed);
    }

    [Fact]
    public async Task A_question_is_told_without_its_words_and_the_agent_finds_it_at_the_request()
    {
        await using var receiver = await Receiver.StartAsync();
        var (desk, approval) = (receiver.Desk, await receiver.Desk.OpenOneAsync());
        var click = new QuestionClick(
            approval.Copies[0].Token,
            Make.Slack("BOB"),
            approval.Copies[0].Conversation,
            Message: null,
            "Which cluster?",
            "evidence"
        );
        Assert.IsType<ClickAnswer.Counted>(await desk.Desk.AskAsync(click, TestDesk.Cancel));
        await receiver.ArrivedAsync(1);
        var call = receiver.Server.Only();
        Assert.Equal("question.asked", TypeOf(call));
        Assert.DoesNotContain("cluster", Encoding.UTF8.GetString(call.Body));
        var told = JsonDocument.Parse(call.Body).RootElement.GetProperty("id").GetString()!;
        var id = RequestId.Parse(told, provider: null);
        var found = await desk.Desk.FindAsync(Make.Agent, id, TestDesk.Cancel);
        Assert.Equal("Which cluster?", Assert.Single(found!.Questions).Text);
    }

    private static string? TypeOf(Sent call) =>
        JsonDocument.Parse(call.Body).RootElement.GetProperty("type").GetString();

    private static async Task<int> JudgedAsync(Sent call, string body, string secret)
    {
        var (exit, _) = await OtherProgram.Run(
            "node",
            [SharedData.InRepository("tests/node/check-webhook.mjs")],
            JsonSerializer.Serialize(
                new
                {
                    secret,
                    body,
                    headers = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["webhook-id"] = call.Headers["webhook-id"],
                        ["webhook-timestamp"] = call.Headers["webhook-timestamp"],
                        ["webhook-signature"] = call.Headers["webhook-signature"],
                    },
                }
            ),
            TestDesk.Cancel
        );
        return exit;
    }
}

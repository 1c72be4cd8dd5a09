using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Cards;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Guard;

/// <summary>Whoever approves a call reads all of it: where it goes, what is added, every byte of its body.</summary>
public sealed class GuardedCardTests
{
    [Fact]
    public async Task The_card_shows_the_call_as_it_will_be_sent()
    {
        await using var bot = await GuardedBot.StartAsync();
        var body = """{"policy":"AdministratorAccess","notes":["<!channel>",1.50]}""";
        var card = await CardAsync(
            bot,
            "POST",
            "/guard/cloud/roles/deployer?dry_run=false",
            Encoding.UTF8.GetBytes(body)
        );
        Assert.Equal("http.post", card.Action);
        Assert.Equal("cloud/roles/deployer", card.ResourceId);
        Assert.Equal("http.endpoint", card.ResourceType);
        var facts = card.Facts.ToDictionary(f => f.Label, f => f.Value, StringComparer.Ordinal);
        var url = bot.Upstream.Url + "/base/roles/deployer?dry_run=false";
        Assert.Equal($"POST {url}", facts["Sends"]);
        Assert.Equal("dry_run=false", facts["action.query"]);
        Assert.Equal("application/json", facts["action.content_type"]);
        Assert.Equal("t-1", facts["action.headers.X-Tenant"]);
        Assert.StartsWith("sha-256=:", facts["action.body_digest"], StringComparison.Ordinal);
        Assert.Equal("Authorization from file:cloud-token", facts["context.adds"]);
        Assert.Equal(
            """
            {
              "policy": "AdministratorAccess",
              "notes": [
                "<!channel>",
                1.50
              ]
            }
            """,
            facts["Body"]
        );
        Assert.Contains("AdministratorAccess", Shown(card), StringComparison.Ordinal);
        Assert.True(BlockKit.Message(card).OffersApprove);
    }

    [Theory]
    [InlineData("a=1&b=\u202E2", "application/x-www-form-urlencoded", "a=1&b=\u202E2")]
    [InlineData("""{"a":1,"a":2}""", "application/json", """{"a":1,"a":2}""")]
    [InlineData("caf\u00E9", "text/plain; charset=utf-8", "caf\u00E9")]
    [InlineData("+ADw-script+AD4-", "text/html; charset=utf-7", null)]
    [InlineData("a\0b", "text/plain", null)]
    public async Task Text_is_shown_as_it_is_and_what_is_none_by_its_size(
        string text,
        string type,
        string? shown
    )
    {
        await using var bot = await GuardedBot.StartAsync();
        var body = Encoding.UTF8.GetBytes(text);
        var card = await CardAsync(bot, "POST", "/guard/cloud/a", body, type);
        var size = $"{body.Length} bytes that cannot be shown as text; see the digest";
        Assert.Equal(shown ?? size, card.Facts.Single(f => f.Label is "Body").Value);
    }

    [Fact]
    public async Task A_body_that_does_not_fit_is_approved_only_in_its_review()
    {
        await using var bot = await GuardedBot.StartAsync();
        var body = Encoding.UTF8.GetBytes(
            $$"""{"list":[{{string.Join(',', Enumerable.Range(0, 2_000))}},"the end"]}"""
        );
        var card = await CardAsync(bot, "POST", "/guard/cloud/a", body);
        Assert.False(BlockKit.Message(card).OffersApprove);
        Assert.False(AdaptiveCard.Message(card, []).OffersApprove);
        var last = BlockKit.Review(card, int.MaxValue);
        Assert.True(last.OffersApprove);
        Assert.Contains("the end", MakeCard.Shown(MakeCard.Json(last)), StringComparison.Ordinal);
        var id = (await bot.CallAsync("POST", "/guard/cloud/a", body, headers: ("X-Tenant", "t-1")))
            .Is(202)
            .Word("id");
        var click = await bot.Desk.ClickAsync(await bot.FindAsync(id), "BOB");
        Assert.IsType<ClickAnswer.Refused>(click);
    }

    [Fact]
    public async Task A_credential_in_a_call_is_refused_and_nothing_is_kept_of_it()
    {
        await using var bot = await GuardedBot.StartAsync();
        const string secret = "ghp_0123456789abcdefghijABCDEFGHIJ456789";
        var before = bot.Desk.Store.Head()!.Size;
        var json = Encoding.UTF8.GetBytes($$$"""{"a":{"token":"{{{secret}}}"}}""");
        var found = (await bot.CallAsync("POST", "/guard/cloud/a", json)).IsProblem(
            422,
            "secret_detected"
        );
        Assert.Contains("/a/token", found.Text, StringComparison.Ordinal);
        var text = Encoding.UTF8.GetBytes($"token={secret}");
        (await bot.CallAsync("POST", "/guard/cloud/a", text, "text/plain")).IsProblem(
            422,
            "secret_detected"
        );
        foreach (var target in new[] { $"/guard/cloud/a?t={secret}", $"/guard/cloud/{secret}" })
        {
            var reply = (await bot.CallAsync("GET", target)).IsProblem(422, "secret_detected");
            Assert.DoesNotContain(secret, reply.Text, StringComparison.Ordinal);
        }

        (await bot.AttachAsync(("X-Tenant", secret))).IsProblem(422, "secret_detected");
        (await bot.AttachAsync(("Approval-Justification", secret))).IsProblem(
            422,
            "secret_detected"
        );
        Assert.Equal(before, bot.Desk.Store.Head()!.Size);
    }

    [Fact]
    public async Task The_card_says_when_the_outcome_is_unknown()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await bot.ApprovedAsync();
        bot.Upstream.Answer = http =>
        {
            http.Response.StatusCode = 504;
            return Task.CompletedTask;
        };
        (await bot.AttachAsync(("Approval", id))).Is(504);
        var after = await bot.FindAsync(id);
        var register = bot.Desk.Register.Current;
        var card = ApprovalCard.For(after, register, after.Copies[0], null, null);
        Assert.Equal(CardState.Unknown, card.State);
        Assert.All(card.Outcomes.Skip(1), o => Assert.Equal("guard cloud", o.Who));
        Assert.Contains("Approved, outcome unknown", Shown(card), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"policies":["ReadOnlyAccess"],"n":1}""", 200, true)]
    [InlineData("", 404, true)]
    [InlineData("", 500, false)]
    [InlineData("no JSON", 200, false)]
    [InlineData("""{"token":"ghp_0123456789abcdefghijABCDEFGHIJ456789"}""", 200, false)]
    public async Task A_guard_that_may_look_shows_what_a_put_would_change(
        string present,
        int status,
        bool isShown
    )
    {
        await using var bot = await GuardedBot.StartAsync(change: u => u with { Current = true });
        bot.Upstream.Answer = http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(present, GuardedBot.Cancel);
        };
        var body = Encoding.UTF8.GetBytes("""{"policies":["AdministratorAccess"],"n":1}""");
        var card = await CardAsync(bot, "PUT", "/guard/cloud/roles/deployer", body);
        Assert.Equal("GET", bot.Upstream.Only().Method);
        Assert.Equal(GuardedBot.Secret, bot.Upstream.Only().Headers["Authorization"]);
        Assert.Equal(isShown, card.Diff is not null);
        var shown = Shown(card);
        Assert.Equal(
            status == 200 && isShown,
            shown.Contains("ReadOnlyAccess", StringComparison.Ordinal)
        );
        Assert.Contains("AdministratorAccess", shown, StringComparison.Ordinal);
        (await bot.CallAsync("POST", "/guard/cloud/roles/deployer", body)).Is(202);
        bot.Upstream.Only();
    }

    /// <summary>The credential is not for whoever may not ask, nor for what nobody is asked about.</summary>
    [Theory]
    [InlineData("narrow", 403)]
    [InlineData("frozen", 202)]
    [InlineData("all frozen", 202)]
    [InlineData("denied", 403)]
    [InlineData("repeated", 202)]
    [InlineData("nobody", 422)]
    public async Task A_guard_that_may_look_does_not_for_what_people_are_not_asked_about(
        string who,
        int status
    )
    {
        await using var bot = await GuardedBot.StartAsync(change: u => u with { Current = true });
        bot.Upstream.Answer = http => http.Response.WriteAsync("{}", GuardedBot.Cancel);
        var body = Encoding.UTF8.GetBytes("{\"n\":1}");
        var expected = 0;
        switch (who)
        {
            case "frozen":
                await bot.SetAsync(
                    "freeze",
                    "asker",
                    new Freeze(Make.Noon, PersonId.New(Make.Noon))
                );
                break;
            case "all frozen":
                await bot.SetAsync(
                    "freeze",
                    Register.Everything,
                    new Freeze(Make.Noon, PersonId.New(Make.Noon))
                );
                break;
            case "denied":
                await bot.AllowAsync("http.put", Effect.Deny);
                break;
            case "repeated":
                (await bot.CallAsync("PUT", "/guard/cloud/roles/deployer", body)).Is(202);
                expected = 1;
                break;
            case "nobody":
                await bot.SetAsync("group", "approvers", null);
                break;
            default:
                break;
        }

        using var call = bot.Message("PUT", "/guard/cloud/roles/deployer", body);
        if (who is "narrow")
        {
            call.Headers.Authorization = new("Bearer", bot.Inbox.Narrow.Reveal());
        }

        Assert.Equal(status, (int)(await bot.Inbox.SendAsync(call)).Status);
        Assert.Equal(expected, bot.Upstream.Calls.Count);
    }

    private static string Shown(Card card) => MakeCard.Shown(MakeCard.Json(BlockKit.Message(card)));

    private static async Task<Card> CardAsync(
        GuardedBot bot,
        string method,
        string target,
        byte[] body,
        string type = "application/json"
    )
    {
        var asked = await bot.CallAsync(method, target, body, type, ("X-Tenant", "t-1"));
        var approval = await bot.FindAsync(asked.Is(202).Word("id"));
        var register = bot.Desk.Register.Current;
        return ApprovalCard.For(approval, register, approval.Copies[0], null, null);
    }
}

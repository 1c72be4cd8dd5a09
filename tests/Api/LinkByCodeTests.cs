using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;
using Reply = ChatApprovals.Tests.Inbox.Reply;

namespace ChatApprovals.Tests.Api;

/// <summary>How a sign-in becomes somebody's: by their own code from chat, or by an administrator.</summary>
public sealed class LinkByCodeTests
{
    private static readonly AccountId s_bob = Make.Slack("BOB");

    [Fact]
    public async Task A_code_shown_in_chat_makes_the_sign_in_theirs_and_they_are_told_there()
    {
        await using var bot = await ApiBot.StartAsync();
        var code = await CodeAsync(bot);
        var linked = (await LinkAsync(bot, bot.Token("bob-7"), code.ToLowerInvariant())).Is(200);
        var account = bot.Account("bob-7");
        var register = bot.Desk.Register.Current;
        Assert.Equal(register.PersonOf(s_bob)!.Id, register.PersonOf(account)!.Id);
        Assert.Equal(register.PersonOf(s_bob)!.Id.ToString(), linked.Word("person"));
        Assert.Contains(account.ToString(), linked.Text, StringComparison.Ordinal);
        var told = Assert.Single(bot.Desk.Wall.Told);
        Assert.Equal(s_bob, told.Account);
        Assert.Contains(account.ToString(), told.Text, StringComparison.Ordinal);
        var id = (await bot.Desk.OpenOneAsync()).Id;
        Assert.Equal(
            "approved",
            (await bot.DecideAsync(id, bot.Token("bob-7"))).Is(200).Word("status")
        );
    }

    [Fact]
    public async Task A_code_works_once_and_for_five_minutes()
    {
        await using var bot = await ApiBot.StartAsync();
        var code = await CodeAsync(bot);
        (await LinkAsync(bot, bot.Token("bob-7"), code)).Is(200);
        (await LinkAsync(bot, bot.Token("mallory"), code)).IsProblem(403, "link_refused");
        var late = await CodeAsync(bot);
        bot.Clock.Advance(TimeSpan.FromMinutes(5));
        (await LinkAsync(bot, bot.Token("mallory"), late)).IsProblem(403, "link_refused");
        Assert.Null(bot.Desk.Register.Current.PersonOf(bot.Account("mallory")));
    }

    [Fact]
    public async Task Who_guesses_is_locked_out_even_from_a_right_code()
    {
        await using var bot = await ApiBot.StartAsync();
        var code = await CodeAsync(bot);
        for (var i = 0; i < 5; i++)
        {
            (await LinkAsync(bot, bot.Token("mallory"), "AAAA-AAAA")).IsProblem(
                403,
                "link_refused"
            );
        }

        var locked = await LinkAsync(bot, bot.Token("mallory"), code);
        Assert.Contains("Too many", locked.IsProblem(403, "link_refused").Word("detail"));
        (await LinkAsync(bot, bot.Token("bob-7"), code)).Is(200);
    }

    [Fact]
    public async Task Who_left_the_workspace_since_the_code_was_shown_is_not_linked()
    {
        await using var bot = await ApiBot.StartAsync();
        var code = await CodeAsync(bot);
        bot.Desk.Wall.Obstacles[s_bob] = MemberObstacle.Deactivated;
        (await LinkAsync(bot, bot.Token("bob-7"), code)).IsProblem(403, "link_refused");
        Assert.Null(bot.Desk.Register.Current.PersonOf(bot.Account("bob-7")));
    }

    [Fact]
    public async Task A_fresh_link_excludes_at_once_and_gives_power_only_after_the_wait()
    {
        await using var bot = await ApiBot.StartAsync(TimeSpan.FromHours(24));
        var erins = (await bot.Desk.OpenOneAsync("CHG-0")).Id;
        var linked = await LinkAsync(bot, bot.Token("bob-7"), await CodeAsync(bot));
        Assert.Equal(Rfc3339.Write(Make.Noon.AddHours(24)), linked.Is(200).Word("power_from"));
        var early = (await bot.Desk.OpenOneAsync("CHG-1", expiresIn: 86_400)).Id;
        (await bot.DecideAsync(erins, bot.Token("bob-7"))).IsProblem(403, "link_too_fresh");
        (await bot.DecideAsync(early, bot.Token("bob-7"))).IsProblem(403, "link_too_fresh");
        // An approver's power in chat is as it was; as the initiator they are known at once.
        var own = await bot.Desk.AskAsync("CHG-2", initiator: "bob-7");
        var click = await bot.Desk.ClickAsync(
            Assert.IsType<ChatApprovals.Desk.Opened.Created>(own).Approval,
            "BOB"
        );
        Assert.Equal(
            Refusal.Initiator,
            Assert.IsType<ChatApprovals.Desk.ClickAnswer.Refused>(click).Why
        );

        bot.Clock.Advance(TimeSpan.FromHours(24));
        var later = (await bot.Desk.OpenOneAsync("CHG-3")).Id;
        (await bot.DecideAsync(later, bot.Token("bob-7"))).Is(200);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"code":""}""")]
    [InlineData("""{"code":7}""")]
    [InlineData("""{"code":"AAAA-AAAA","person":"per_1"}""")]
    public async Task A_body_that_is_not_as_it_must_be_costs_no_try(string body)
    {
        await using var bot = await ApiBot.StartAsync();
        for (var i = 0; i < 6; i++)
        {
            var refused = await bot.SendAsync(
                HttpMethod.Post,
                "/v1/people/link",
                bot.Token("bob-7"),
                body
            );
            refused.IsProblem(400, "invalid_request");
        }

        (await LinkAsync(bot, bot.Token("bob-7"), await CodeAsync(bot))).Is(200);
    }

    [Fact]
    public async Task An_administrator_links_by_the_subject_or_by_the_whole_account()
    {
        await using var bot = await ApiBot.StartAsync();
        var whole = bot.Account("f:3c1:carol");
        await bot.Commands.AsAsync(Make.Slack("ANN"), "person link {BOB} oidc:auth0|bob");
        await bot.Commands.AsAsync(Make.Slack("ANN"), $"person link {{CAROL}} {whole}");
        await bot.Commands.AsAsync(Make.Slack("ANN"), "person link {CAROL} oidc:c%3A2");
        var register = bot.Desk.Register.Current;
        Assert.Equal(register.PersonOf(s_bob)!.Id, register.PersonOf(bot.Account("auth0|bob"))!.Id);
        var carol = register.PersonOf(Make.Slack("CAROL"))!;
        Assert.Equal(carol.Id, register.PersonOf(whole)!.Id);
        Assert.Equal(carol.Id, register.PersonOf(bot.Account("c:2"))!.Id);

        await bot.Commands.AsAsync(Make.Slack("ANN"), "person unlink {CAROL} oidc:c%3A2");
        register = bot.Desk.Register.Current;
        Assert.NotEqual(carol.Id, register.PersonOf(bot.Account("c:2"))!.Id);
    }

    [Fact]
    public async Task A_sign_in_that_was_parted_from_its_person_has_nobody_to_vouch_for_it()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        await bot.Commands.AsAsync(Make.Slack("ANN"), "person unlink {BOB} oidc:bob");
        var id = (await bot.Desk.OpenOneAsync()).Id;
        (await bot.SayAsync(id, bob, "hash")).IsProblem(403, "not_linked");
    }

    [Fact]
    public async Task Without_an_issuer_a_bare_subject_is_no_account()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var reply = await AnnsDesk
            .Commands(desk)
            .AsAsync(Make.Slack("ANN"), "person link {BOB} oidc:bob");
        Assert.Equal("Refused", reply.Title);
        Assert.Contains("oidc:<issuer>:bob", reply.Lines[0], StringComparison.Ordinal);
    }

    private static Task<Reply> LinkAsync(ApiBot bot, string token, string code) =>
        bot.SendAsync(
            HttpMethod.Post,
            "/v1/people/link",
            token,
            new JsonObject { ["code"] = code }.ToJsonString()
        );

    private static async Task<string> CodeAsync(ApiBot bot)
    {
        var shown = await bot.Commands.AsAsync(s_bob, "link");
        Assert.Contains(shown.Lines, l => l.Contains("/v1/people/link", StringComparison.Ordinal));
        return shown.Lines[0]["Code: ".Length..];
    }
}

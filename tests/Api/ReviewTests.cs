using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Api;

/// <summary><c>GET /v1/reviews/{id}</c>: what the card shows, to whom somebody in chat vouches for.</summary>
public sealed class ReviewTests
{
    [Fact]
    public async Task A_review_shows_what_the_card_shows_and_sets_the_agents_words_apart()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var id = await OpenAsync(bot);
        var review = (await bot.ReviewAsync(id, bob)).Is(200).Body;
        Assert.Equal("pending", Text(review, "status"));
        Assert.Equal((await bot.FindAsync(id)).Opening.Code, Text(review, "code"));
        Assert.Equal("iam.role.attach_policy", Text(review.GetProperty("action"), "name"));
        Assert.Equal(
            "Admin",
            Text(review.GetProperty("action").GetProperty("properties"), "policy")
        );
        Assert.Equal("deployer", Text(review.GetProperty("resource"), "id"));
        Assert.Equal("alice@acme.example", Text(review.GetProperty("initiator"), "id"));
        Assert.Equal("planner", Text(review.GetProperty("on_behalf_of")[0], "id"));
        Assert.Equal(1_200_000, review.GetProperty("data_scope").GetProperty("records").GetInt64());
        Assert.Contains(
            review.GetProperty("diff").GetProperty("lines").EnumerateArray(),
            l => Text(l, "kind") is "added" && Text(l, "text") is "AdministratorAccess"
        );
        var stage = review.GetProperty("stages")[0];
        Assert.Equal("approvers", stage.GetProperty("approvers")[0].GetString());
        Assert.Equal("Trust me.", Text(review.GetProperty("agents_words"), "justification"));
        Assert.DoesNotContain(
            review.GetProperty("facts").EnumerateArray(),
            f => Text(f, "value").Contains("Trust me", StringComparison.Ordinal)
        );
        var you = review.GetProperty("you");
        Assert.True(you.GetProperty("may_decide").GetBoolean());
        Assert.Equal(bot.Account("bob").ToString(), Text(you, "account"));
        Assert.Equal("BOB", Text(you, "name"));
    }

    [Fact]
    public async Task The_text_is_the_card_with_all_that_is_invisible_made_visible()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var id = await OpenAsync(bot, words: "harmless\u202Eevil\u200B");
        var review = (await bot.ReviewAsync(id, bob)).Is(200).Body;
        var text = review.GetProperty("text").EnumerateArray().Select(l => l.GetString()!).ToList();
        Assert.Contains((await bot.FindAsync(id)).Opening.Code, text[0], StringComparison.Ordinal);
        Assert.Contains("│ harmless<U+202E>evil<U+200B>", text, StringComparer.Ordinal);
        Assert.Contains("The agent's words, not verified", text, StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_display_hash_is_of_all_that_is_shown_and_anybody_can_reckon_it()
    {
        await using var bot = await ApiBot.StartAsync();
        var (bob, carol) = (await bot.SignedInAsync("BOB"), await bot.SignedInAsync("CAROL"));
        var id = await OpenAsync(bot);
        var text = (await bot.ReviewAsync(id, bob)).Is(200).Text;
        var shown = JsonNode.Parse(text)!.AsObject();
        var hash = shown["display_hash"]!.GetValue<string>();
        shown.Remove("display_hash");
        shown.Remove("you");
        var reckoned = SHA256.HashData(CanonicalJson.Write(shown));
        Assert.Equal(Base64Url.EncodeToString(reckoned), hash);
        Assert.Equal(hash, await bot.ReadAsync(id, carol));
        var other = await bot.ReadAsync(await OpenAsync(bot, "CHG-2"), bob);
        Assert.NotEqual(hash, other, StringComparer.Ordinal);
    }

    [Fact]
    public async Task That_somebody_was_given_it_is_an_entry_once_for_each_view()
    {
        await using var bot = await ApiBot.StartAsync();
        var (bob, carol) = (await bot.SignedInAsync("BOB"), await bot.SignedInAsync("CAROL"));
        var id = await OpenAsync(bot);
        var hash = await bot.ReadAsync(id, bob);
        Assert.Equal(hash, await bot.ReadAsync(id, bob));
        await bot.ReadAsync(id, carol);
        var given = Given(bot, id);
        Assert.Equal(
            [bot.Account("bob").ToString(), bot.Account("carol").ToString()],
            given.Select(e => Text(e, "conversation")),
            StringComparer.Ordinal
        );
        Assert.All(given, e => Assert.Equal(hash, Text(e, "display_hash")));
        await bot.Desk.ClickAsync(await bot.FindAsync(id), "CAROL");
        await bot.ReadAsync(id, bob);
        Assert.Equal(2, Given(bot, id).Count);
    }

    [Fact]
    public async Task Whoever_was_not_given_it_cannot_decide_with_the_hash_that_another_was_told()
    {
        await using var bot = await ApiBot.StartAsync();
        var (bob, carol) = (await bot.SignedInAsync("BOB"), await bot.SignedInAsync("CAROL"));
        var id = await OpenAsync(bot);
        var hash = await bot.ReadAsync(id, bob);
        (await bot.SayAsync(id, carol, hash)).IsProblem(409, "review_changed");
        Assert.Empty((await bot.FindAsync(id)).Decisions);
        Assert.Equal(hash, await bot.ReadAsync(id, carol));
        (await bot.SayAsync(id, carol, hash)).Is(200);
    }

    [Theory]
    [InlineData("ERIN", "owner")]
    [InlineData("ANN", "not_an_approver")]
    public async Task Whoever_may_not_decide_may_read_and_is_told_why_not(string user, string why)
    {
        await using var bot = await ApiBot.StartAsync();
        var token = await bot.SignedInAsync(user);
        var review = await bot.ReviewAsync(await OpenAsync(bot), token);
        var you = review.Is(200).Body.GetProperty("you");
        Assert.False(you.GetProperty("may_decide").GetBoolean());
        Assert.Equal(why, Text(you, "why"));
        Assert.NotEmpty(Text(you, "detail"));
    }

    [Fact]
    public async Task A_sign_in_of_nobody_is_shown_nothing_and_told_how_to_link()
    {
        await using var bot = await ApiBot.StartAsync();
        var id = await OpenAsync(bot);
        var refused = await bot.ReviewAsync(id, bot.Token("stranger"));
        refused.IsProblem(403, "not_linked");
        Assert.Contains("link", refused.Word("detail"), StringComparison.Ordinal);
        // Nor whether there is such a request.
        (await bot.ReviewAsync(RequestId.New(Make.Noon), bot.Token("stranger"))).IsProblem(
            403,
            "not_linked"
        );
    }

    [Theory]
    [InlineData(MemberObstacle.Deactivated, "deactivated")]
    [InlineData(MemberObstacle.Guest, "guest")]
    [InlineData(MemberObstacle.Unknown, "unknown_person")]
    [InlineData(MemberObstacle.NoSuchAccount, "no_such_member")]
    public async Task Somebody_whose_chat_account_does_not_vouch_is_shown_nothing(
        MemberObstacle obstacle,
        string code
    )
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var id = await OpenAsync(bot);
        bot.Desk.Wall.Obstacles[Make.Slack("BOB")] = obstacle;
        bot.Clock.Advance(TimeSpan.FromMinutes(2));
        (await bot.ReviewAsync(id, bob)).IsProblem(403, code);
    }

    [Fact]
    public async Task What_is_unknown_is_not_found_and_another_method_is_not_for_this_address()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        (await bot.ReviewAsync(RequestId.New(Make.Noon), bob)).IsProblem(404, "not_found");
        (await bot.SendAsync(HttpMethod.Get, "/v1/reviews/apr_x", bob)).IsProblem(404, "not_found");
        var id = await OpenAsync(bot);
        var deleted = await bot.SendAsync(HttpMethod.Delete, $"/v1/reviews/{id}", bob);
        Assert.Equal("GET", deleted.IsProblem(405, "method_not_allowed").Headers["Allow"]);
        Assert.Equal(
            405,
            (int)(await bot.SendAsync(HttpMethod.Head, $"/v1/reviews/{id}", bob)).Status
        );
    }

    [Fact]
    public async Task An_ended_request_can_be_read_and_not_be_decided()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var id = await OpenAsync(bot);
        await bot.Desk.ClickAsync(await bot.FindAsync(id), "CAROL");
        var review = (await bot.ReviewAsync(id, bob)).Is(200).Body;
        Assert.Equal("approved", Text(review, "status"));
        Assert.Equal("slack", Text(review.GetProperty("decisions")[0], "surface"));
        Assert.Equal("ended", Text(review.GetProperty("you"), "why"));
    }

    private static List<JsonElement> Given(ApiBot bot, RequestId id) =>
        [.. bot.Entries(id, "request.displayed").Where(e => Text(e, "surface") is "api")];

    private static async Task<RequestId> OpenAsync(
        ApiBot bot,
        string ticket = "CHG-1",
        string words = "Trust me."
    )
    {
        var request = Make.Request() with
        {
            Context = Make.Json($$"""{"ticket":"{{ticket}}"}"""),
            OnBehalfOf = [new Party("agent", "planner", null)],
            Justification = words,
            DataScope = new DataScope("restricted", "mail", 1_200_000, ["crm"], ["email"], null),
            Diff = new RequestedDiff(
                "unified",
                "--- a/role\n+++ b/role\n@@ -0,0 +1 @@\n+AdministratorAccess\n",
                null,
                null
            ),
        };
        var opened = await bot.Desk.Desk.OpenAsync(
            Make.Agent,
            request,
            "body-" + ticket,
            null,
            ApiBot.Cancel
        );
        return Assert.IsType<Opened.Created>(opened).Approval.Id;
    }

    private static string Text(JsonElement owner, string name) =>
        owner.GetProperty(name).GetString()!;
}

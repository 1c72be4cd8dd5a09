using System.Globalization;
using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>What was approved is what is sent: a call that differs in a byte is never sent, and burns nothing.</summary>
public sealed class GuardedBindingTests
{
    private const string Path = "/guard/cloud/roles/deployer;v=1/a%2Ab";
    private const string Query = "?dry_run=false&x[]=%41%2f&empty=&";

    private static readonly byte[] s_body =
    [
        .. Encoding.UTF8.GetBytes("""{"policy":"AdministratorAccess","n":1.50,"é":"\u0041"}"""),
        0x0A,
    ];

    [Fact]
    public async Task Path_query_and_body_reach_the_upstream_byte_by_byte()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await ApprovedAsync(bot);
        (await SendAsync(bot, id)).Is(200);
        var sent = bot.Upstream.Only();
        Assert.Equal("/base" + Path["/guard/cloud".Length..] + Query, sent.Target);
        Assert.Equal(s_body, sent.Body);
        Assert.Equal("t-1", sent.Headers["X-Tenant"]);
        Assert.Equal("application/json; charset=utf-8", sent.Headers["Content-Type"]);
    }

    [Fact]
    public async Task One_byte_that_differs_is_never_sent_and_the_grant_is_not_burnt()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await ApprovedAsync(bot);
        var random = new Random(20261121);
        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            var reply = await MutatedAsync(bot, id, random);
            Assert.True((int)reply.Status is 400 or 403 or 404 or 405, reply.Text);
            refused += (int)reply.Status is 403 ? 1 : 0;
        }

        Assert.Empty(bot.Upstream.Calls);
        Assert.True(refused > 200, $"only {refused} got as far as the binding");
        var recorded = bot.Desk.Store.EntriesOf(id, long.MaxValue, 1_000);
        Assert.Equal(refused, recorded.Count(e => e.Kind is "grant.refused"));
        (await SendAsync(bot, id)).Is(200);
        Assert.Single(bot.Upstream.Calls);
    }

    [Fact]
    public async Task Whatever_else_differs_is_a_mismatch_too()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await ApprovedAsync(bot);
        var header = ("Approval", id);
        var tenant = ("X-Tenant", "t-1");
        const string type = "application/json; charset=utf-8";
        Reply[] others =
        [
            await bot.CallAsync("PUT", Path + Query, s_body, type, header, tenant),
            await bot.CallAsync("POST", Path, s_body, type, header, tenant),
            await bot.CallAsync("POST", Path + Query, null, type, header, tenant),
            await bot.CallAsync("POST", Path + Query, s_body, "application/json", header, tenant),
            await bot.CallAsync("POST", Path + Query, s_body, null, header, tenant),
            await bot.CallAsync("POST", Path + Query, s_body, type, header),
            await bot.CallAsync("POST", Path + Query, s_body, type, header, ("X-Tenant", "T-1")),
            await bot.CallAsync("POST", Path + "?" + Query, s_body, type, header, tenant),
            await bot.CallAsync("POST", Path + "/" + Query, s_body, type, header, tenant),
        ];
        Assert.All(others, o => o.IsProblem(403, "binding_mismatch"));
        Assert.All(others, o => Assert.False(o.Body.TryGetProperty("request", out _)));
        Assert.Empty(bot.Upstream.Calls);
        (await SendAsync(bot, id)).Is(200);
    }

    [Fact]
    public async Task A_mismatch_is_told_while_the_request_is_still_pending()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = (await bot.AttachAsync()).Is(202).Word("id");
        var other = await bot.CallAsync("GET", "/guard/cloud/a", headers: ("Approval", id));
        other.IsProblem(403, "binding_mismatch");
        Assert.Equal(["request.created", "grant.refused binding_mismatch"], bot.Entries(id));
    }

    [Theory]
    [InlineData("https://other.example", "file:cloud-token")]
    [InlineData(null, "file:another-token")]
    public async Task A_guard_that_was_made_anew_sends_nothing_that_was_approved_before(
        string? url,
        string source
    )
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await bot.ApprovedAsync();
        System.IO.File.Copy(bot.SecretFile, bot.SecretFile.Replace("cloud", "another"));
        await bot.AddAsync(to =>
            to with
            {
                Url = url ?? to.Url,
                Headers = [new HeldHeader("Authorization", source)],
            }
        );
        (await bot.AttachAsync(("Approval", id))).IsProblem(403, "binding_mismatch");
        await bot.AddAsync(at: Make.Noon.AddMinutes(1));
        (await bot.AttachAsync(("Approval", id))).Is(200);
        await bot.SetAsync("guard", "cloud", null);
        (await bot.AttachAsync()).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task What_stops_a_grant_stops_a_call()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var approved = ("Approval", id);
        var freeze = new Freeze(Make.Noon, PersonId.New(Make.Noon));
        await bot.SetAsync("freeze", "asker", freeze);
        (await bot.AttachAsync(approved)).IsProblem(403, "frozen");
        await bot.SetAsync("freeze", "asker", null);

        await bot.AllowAsync("http.*", Effect.Deny);
        (await bot.AttachAsync(approved)).IsProblem(403, "no_longer_approved");
        await bot.SetAsync("policy", "calls", null);

        var approvers = bot.Desk.Register.Current.Group("approvers")!;
        await bot.SetAsync("group", "approvers", approvers with { Members = [] });
        (await bot.AttachAsync(approved)).IsProblem(403, "no_longer_approved");
        await bot.SetAsync("group", "approvers", approvers);

        bot.Desk.Wall.Obstacles[Make.Slack("BOB")] = MemberObstacle.Deactivated;
        bot.Desk.Forget(Make.Slack("BOB"));
        (await bot.AttachAsync(approved)).IsProblem(403, "no_longer_approved");
        bot.Desk.Wall.Obstacles.Clear();
        bot.Desk.Forget(Make.Slack("BOB"));

        var asker = bot.Desk.Register.Current.Agents["asker"];
        await bot.SetAsync("agent", "asker", asker with { Actions = ["iam.*"] });
        (await bot.AttachAsync(approved)).IsProblem(403, "revoked");
        await bot.SetAsync("agent", "asker", asker);

        var revoked = RequestId.Parse(id, provider: null);
        await bot.Desk.Grants.RevokeAsync(
            revoked,
            PersonId.New(Make.Noon),
            (_, _) => true,
            GuardedBot.Cancel
        );
        (await bot.AttachAsync(approved)).IsProblem(403, "revoked");
        Assert.Empty(bot.Upstream.Calls);
    }

    [Fact]
    public async Task Many_who_send_the_same_approval_at_once_have_it_sent_exactly_once()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => bot.AttachAsync(("Approval", id)))
        );
        bot.Upstream.Only();
        Assert.Single(answers, a => (int)a.Status == 200);
        Assert.Equal(49, answers.Count(a => (int)a.Status == 409));
        Assert.Single(bot.Entries(id), e => e is "grant.consumed");
        Assert.Single(bot.Entries(id), e => e is "execution.reported");
    }

    private static async Task<string> ApprovedAsync(GuardedBot bot)
    {
        var id = (await SendAsync(bot, approval: null)).Is(202).Word("id");
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        return id;
    }

    private static Task<Reply> SendAsync(GuardedBot bot, string? approval)
    {
        (string, string)[] headers = approval is null
            ? [("X-Tenant", "t-1")]
            : [("X-Tenant", "t-1"), ("Approval", approval)];
        const string type = "application/json; charset=utf-8";
        return bot.CallAsync("POST", Path + Query, s_body, type, headers);
    }

    /// <summary>One byte of path, query, body or the listed header is another one.</summary>
    private static Task<Reply> MutatedAsync(GuardedBot bot, string id, Random random)
    {
        var target = Encoding.ASCII.GetBytes(Path + Query);
        var (body, tenant) = (s_body.ToArray(), Encoding.ASCII.GetBytes("t-1"));
        var place = random.Next(3);
        var bytes = place switch
        {
            0 => target.AsSpan("/guard/cloud/".Length),
            1 => body.AsSpan(),
            _ => tenant.AsSpan(),
        };
        var at = random.Next(bytes.Length);
        var before = bytes[at];
        do
        {
            // What stands in a target or header must be sendable at all; a body may be anything.
            bytes[at] = place == 1 ? (byte)random.Next(256) : (byte)random.Next('!', '~' + 1);
        } while (bytes[at] == before || (place == 0 && bytes[at] is (byte)'#' or (byte)'\\'));
        return bot.CallAsync(
            "POST",
            Encoding.ASCII.GetString(target),
            body,
            "application/json; charset=utf-8",
            ("X-Tenant", Encoding.ASCII.GetString(tenant)),
            ("Approval", id)
        );
    }
}

using System.Net;
using System.Net.Sockets;
using ChatApprovals.Playground;

namespace ChatApprovals.Tests.Playground;

/// <summary>The played Teams refuses what Teams refuses: tokens, limits, errors.</summary>
public sealed class TeamsConnectorTests : TeamsTest
{
    [Fact]
    public async Task A_token_to_the_bot_verifies_with_the_published_key_and_follows_a_rollover()
    {
        await Teams.Write(Carol, Teams.Personal(Carol).Id, "help", Cancel);
        var first = await AssertAuthentic(Bot.Heard.Last());
        Teams.Keys.Rollover();
        await Teams.Write(Carol, Teams.Personal(Carol).Id, "help", Cancel);
        var second = await AssertAuthentic(Bot.Heard.Last());
        Assert.False(string.Equals(first, second, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_right_secret_tenant_and_scope_get_a_token()
    {
        Assert.Equal(200, (await TokenCall()).Status);
        Assert.Equal("invalid_client", (await TokenCall(secret: "wrong")).Error);
        Assert.Equal(
            "invalid_scope",
            (await TokenCall(scope: "https://graph.microsoft.com/.default")).Error
        );
        Assert.Equal("unauthorized_client", (await TokenCall(client: "someone")).Error);
    }

    [Fact]
    public async Task The_connector_refuses_unknown_and_revoked_tokens()
    {
        Assert.Equal(
            401,
            (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()), "junk")).Status
        );
        Assert.Equal(
            201,
            (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Status
        );
        Teams.RevokeTokens();
        Assert.Equal(
            401,
            (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Status
        );
    }

    [Fact]
    public async Task Errors_have_the_connectors_codes()
    {
        async Task AssertError(
            int status,
            string code,
            HttpMethod method,
            string path,
            object? body
        )
        {
            var answer = await Call(method, path, body);
            Assert.Equal((status, code), (answer.Status, answer.Code));
        }
        var post = HttpMethod.Post;
        await AssertError(404, "ConversationNotFound", post, In("19:none"), Activity(Card()));
        await AssertError(400, "BadSyntax", post, In(Acme.TeamsChannel), new { text = "no type" });
        var big = new { type = "message", text = new string('x', 52_000) };
        await AssertError(413, "MessageSizeTooBig", post, In(Acme.TeamsChannel), big);
        var crowd = Enumerable.Range(0, 61).Select(i => $"29:{i}").ToArray();
        await AssertError(
            400,
            "BadSyntax",
            post,
            In(Acme.TeamsChannel),
            Activity(Card("a", crowd))
        );
        var put = In(Acme.TeamsChannel) + "/1";
        await AssertError(
            404,
            "ActivityNotFoundInConversation",
            HttpMethod.Put,
            put,
            Activity(Card())
        );
        await AssertError(
            404,
            "MemberNotFoundInConversation",
            HttpMethod.Get,
            $"v3/conversations/{Acme.TeamsChannel}/members/29:nobody",
            null
        );
        await Teams.Uninstall(Carol, Acme.TeamsChannel, Cancel);
        await AssertError(
            403,
            "MessageWritesBlocked",
            post,
            In(Acme.TeamsChannel),
            Activity(Card())
        );
    }

    [Fact]
    public async Task An_eighth_message_to_a_thread_within_a_second_must_wait()
    {
        for (var i = 0; i < 7; i++)
        {
            Assert.Equal(
                201,
                (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Status
            );
        }
        Assert.Equal(
            429,
            (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Status
        );
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(
            201,
            (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Status
        );
    }

    [Fact]
    public async Task A_chat_is_made_once_and_a_thread_needs_its_first_message()
    {
        var personal = new
        {
            isGroup = false,
            members = new[] { new { id = Carol } },
            tenantId = People.Tenant,
        };
        var first = await Call(HttpMethod.Post, "v3/conversations", personal);
        var second = await Call(HttpMethod.Post, "v3/conversations", personal);
        Assert.Equal(first.Id, second.Id);
        Assert.StartsWith("a:1", first.Id, StringComparison.Ordinal);
        var channelData = new { channel = new { id = Acme.TeamsChannel } };
        var bare = await Call(
            HttpMethod.Post,
            "v3/conversations",
            new { isGroup = true, channelData }
        );
        Assert.Equal((400, "BadSyntax"), (bare.Status, bare.Code));
        var thread = new
        {
            isGroup = true,
            channelData,
            activity = Activity(Card()),
        };
        var made = await Call(HttpMethod.Post, "v3/conversations", thread);
        Assert.StartsWith(Acme.TeamsChannel + ";messageid=", made.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_are_found_by_both_ids_and_guests_are_marked()
    {
        var dan = People.Dan;
        foreach (var key in new[] { dan.Mri!, dan.Teams! })
        {
            var path = $"v3/conversations/{Acme.TeamsChannel}/members/{key}";
            var member = (await Call(HttpMethod.Get, path, null)).Body!.Value;
            Assert.Equal("guest", member.GetProperty("userRole").GetString());
            Assert.Equal(dan.Teams, member.GetProperty("aadObjectId").GetString());
            Assert.Contains(
                "#EXT#",
                member.GetProperty("userPrincipalName").GetString(),
                StringComparison.Ordinal
            );
        }
        var paged = await Call(
            HttpMethod.Get,
            $"v3/conversations/{Acme.TeamsChannel}/pagedmembers?pageSize=2",
            null
        );
        Assert.Equal(2, paged.Body!.Value.GetProperty("members").GetArrayLength());
        Assert.Equal("2", paged.Body.Value.GetProperty("continuationToken").GetString());
    }

    [Fact]
    public async Task Faults_come_in_order_and_an_unheard_call_is_done_all_the_same()
    {
        Teams.Faults.Next("activities.post", new Fault.RateLimited());
        Teams.Faults.Next("activities.post", new Fault.HttpError(502));
        Teams.Faults.Next("activities.post", new Fault.DoneButUnheard());
        var post = () => Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()));
        Assert.Equal(429, (await post()).Status);
        Assert.Equal(502, (await post()).Status);
        Assert.Empty(Teams.Conversation(Acme.TeamsChannel)!.Messages);
        await Assert.ThrowsAsync<HttpRequestException>(post);
        Assert.Single(Teams.Conversation(Acme.TeamsChannel)!.Messages);
    }

    [Fact]
    public async Task A_connection_outlives_its_answers()
    {
        var connections = 0;
        using var sockets = new SocketsHttpHandler();
        sockets.ConnectCallback = async (context, cancel) =>
        {
            Interlocked.Increment(ref connections);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        };
        using var http = new HttpClient(sockets);
        var address = new Uri(
            $"{Teams.ServiceUrl}v3/conversations/{Acme.TeamsChannel}/members/29:nobody"
        );
        for (var n = 0; n < 20; n++)
        {
            using var response = await http.GetAsync(address, Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        Assert.Equal(1, connections);
    }
}

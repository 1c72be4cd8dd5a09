using System.Net;
using System.Text;

namespace ChatApprovals.Tests.Inbox;

/// <summary>What HTTP says that a client may send or leave out, and what it is to be told.</summary>
public sealed class CourtesyTests
{
    [Fact]
    public async Task More_than_one_space_may_follow_the_scheme()
    {
        await using var bot = await InboxBot.StartAsync();
        using var anybody = bot.As(key: null);
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/requests");
        message.Headers.TryAddWithoutValidation("Authorization", $"bearer   {bot.Key.Reveal()}");
        (await bot.SendAsync(message, anybody)).Is(200);
    }

    [Theory]
    [InlineData("identity", 201)]
    [InlineData("IDENTITY", 201)]
    [InlineData("", 201)]
    [InlineData("gzip", 415)]
    [InlineData("identity, gzip", 415)]
    public async Task Only_identity_is_no_encoding_of_a_body(string encoding, int status)
    {
        await using var bot = await InboxBot.StartAsync();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/requests");
        message.Content = new StringContent(
            Bodies.Least().ToJsonString(),
            Encoding.UTF8,
            "application/json"
        );
        message.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        (await bot.SendAsync(message)).Is(status);
    }

    [Fact]
    public async Task Whoever_sends_something_else_than_JSON_is_told_what_to_send()
    {
        await using var bot = await InboxBot.StartAsync();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/requests");
        message.Content = new StringContent("{}", Encoding.UTF8, "text/plain");
        var reply = await bot.SendAsync(message);
        reply.IsProblem(415, "invalid_request");
        Assert.Equal("application/json", reply.Headers["Accept"]);
        Assert.Equal("identity", reply.Headers["Accept-Encoding"]);
    }

    /// <summary>A grant of it could be used by nobody.</summary>
    [Fact]
    public async Task An_empty_audience_is_refused()
    {
        await using var bot = await InboxBot.StartAsync();
        var body = Bodies.Least();
        body["audience"] = "";
        var reply = await bot.PostAsync("/v1/requests", body.ToJsonString());
        reply.IsProblem(400, "invalid_request");
        Assert.Equal(
            "/audience",
            reply.Body.GetProperty("errors")[0].GetProperty("pointer").GetString()
        );
    }

    [Fact]
    public async Task A_member_where_none_is_known_is_named()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        var reply = await bot.PostAsync($"/v1/requests/{id}/grant", """{"x": 1}""");
        reply.IsProblem(400, "invalid_request");
        Assert.Equal("/x: No member is known here.", reply.Body.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Who_has_received_no_event_yet_may_say_so()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        await bot.PostAsync($"/v1/requests/{id}/cancel", "{}");
        using var message = new HttpRequestMessage(HttpMethod.Get, $"/v1/requests/{id}/events");
        message.Headers.TryAddWithoutValidation("Last-Event-ID", "");
        var reply = await bot.SendAsync(message);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Contains("event: request.created", reply.Text, StringComparison.Ordinal);
    }
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Inbox;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChatApprovals.Tests.Mcp;

/// <summary>A wait that tells how it goes: an answer in events, and who hangs up.</summary>
public sealed class McpWaitTests
{
    [Fact]
    public async Task Progress_is_told_while_waiting_and_the_result_ends_the_stream()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        using var response = await WaitAsync(bot, id);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var stream = await response.Content.ReadAsStreamAsync(InboxBot.Cancel);
        using var reader = new StreamReader(stream);
        var progress = await EventAsync(reader);
        Assert.Equal("notifications/progress", progress.Word("method"));
        var told = progress.GetProperty("params");
        Assert.Equal("tok-1", told.Word("progressToken"));
        Assert.Equal(1, told.GetProperty("progress").GetInt32());
        Assert.EndsWith("waits for 1 of approvers", told.Word("message"), StringComparison.Ordinal);
        await bot.DecideAsync(id, "BOB", Verdict.Approved);
        var answer = await EventAsync(reader);
        Assert.Equal(7, answer.GetProperty("id").GetInt32());
        Assert.Equal("approved", answer.GetProperty("result").State().Word("status"));
        Assert.Equal("", await reader.ReadToEndAsync(InboxBot.Cancel));
    }

    [Theory]
    [InlineData(true, "agent_disabled")]
    [InlineData(false, "unauthenticated")]
    public async Task A_key_that_was_withdrawn_while_it_waited_hears_of_no_approval(
        bool disable,
        string code
    )
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        using var response = await WaitAsync(bot, id);
        var stream = await response.Content.ReadAsStreamAsync(InboxBot.Cancel);
        using var reader = new StreamReader(stream);
        await EventAsync(reader);
        await bot.WithdrawKeyAsync(disable);
        await bot.DecideAsync(id, "BOB", Verdict.Approved);
        (await EventAsync(reader)).GetProperty("result").IsRefused(code);
    }

    [Fact]
    public async Task Whoever_leaves_gives_the_wait_back_and_the_request_stays()
    {
        var waits = new AgentWaits();
        await using var bot = await InboxBot.StartAsync(more: all => all.AddSingleton(waits));
        var id = await bot.OpenAsync();
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < AgentWaits.PerAgentMax; i++)
        {
            open.Add(await WaitAsync(bot, id));
        }

        (await Rpc.CallAsync(bot, "wait_for_approval", Rpc.Id(id))).IsRefused("too_many_requests");
        open.ForEach(o => o.Dispose());
        var asker = AgentName.Parse("asker", provider: null);
        await Eventually.TrueAsync(HasRoom, "the waits of who left are given back");
        var state = (await Rpc.CallAsync(bot, "get_approval", Rpc.Id(id))).State();
        Assert.Equal("pending", state.Word("status"));

        bool HasRoom()
        {
            using var slot = waits.Begin(asker);
            return slot is not null;
        }
    }

    /// <summary>A wait with progress, when the answer has begun.</summary>
    private static async Task<HttpResponseMessage> WaitAsync(InboxBot bot, string id)
    {
        var call = Rpc.Call("wait_for_approval", Rpc.Id(id));
        call["_meta"] = new JsonObject { ["progressToken"] = "tok-1" };
        using var message = new HttpRequestMessage(HttpMethod.Post, "/mcp");
        message.Headers.Accept.ParseAdd(Rpc.Streams);
        message.Content = new StringContent(
            Rpc.Message("tools/call", call).ToJsonString(),
            Encoding.UTF8,
            new MediaTypeHeaderValue("application/json")
        );
        return await bot.Http.SendAsync(
            message,
            HttpCompletionOption.ResponseHeadersRead,
            InboxBot.Cancel
        );
    }

    private static async Task<JsonElement> EventAsync(StreamReader reader)
    {
        Assert.Equal("event: message", await reader.ReadLineAsync(InboxBot.Cancel));
        var data = await reader.ReadLineAsync(InboxBot.Cancel);
        Assert.Equal("", await reader.ReadLineAsync(InboxBot.Cancel));
        return JsonElement.Parse(data!["data: ".Length..]);
    }
}

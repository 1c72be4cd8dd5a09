using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Inbox;

/// <summary>The agent's side of a question: it sees it, hears of it, and answers.</summary>
public sealed class QuestionHttpTests
{
    [Fact]
    public async Task The_agent_sees_the_question_and_answers_it()
    {
        await using var bot = await InboxBot.StartAsync();
        var path = $"/v1/requests/{await bot.OpenAsync()}";
        Assert.False((await bot.GetAsync(path)).Body.TryGetProperty("questions", out _));
        await AskAsync(bot, path, "BOB", "Why <now>?");

        var asked = (await bot.GetAsync(path)).Body.GetProperty("questions")[0];
        Assert.StartsWith("que_", asked.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("BOB", asked.GetProperty("from").GetString());
        Assert.Equal("slack", asked.GetProperty("surface").GetString());
        Assert.Equal("Why <now>?", asked.GetProperty("text").GetString());
        Assert.Null(asked.GetProperty("answer").GetString());
        Assert.Null(asked.GetProperty("answered_at").GetString());

        var reply = (await bot.PostAsync(path + "/messages", """{"text":"Because."}""")).Is(200);
        var answered = reply.Body.GetProperty("questions")[0];
        Assert.Equal("Because.", answered.GetProperty("answer").GetString());
        Assert.EndsWith("Z", answered.GetProperty("answered_at").GetString()!);
        Assert.Equal("pending", reply.Word("status"));
        // A repeat is heard, another answer is none.
        (await bot.PostAsync(path + "/messages", """{"text":"Because."}""")).Is(200);
        (await bot.PostAsync(path + "/messages", """{"text":"No."}""")).IsProblem(
            409,
            "no_question"
        );
    }

    [Fact]
    public async Task A_question_can_be_named_and_another_one_cannot()
    {
        await using var bot = await InboxBot.StartAsync();
        var path = $"/v1/requests/{await bot.OpenAsync()}";
        await AskAsync(bot, path, "BOB", "first?");
        await AskAsync(bot, path, "CAROL", "second?");
        var second = (await bot.GetAsync(path)).Body.GetProperty("questions")[1].GetProperty("id");
        var reply = await bot.PostAsync(
            path + "/messages",
            $$"""{"text":"to the second","question":"{{second}}"}"""
        );
        var answers = reply.Is(200).Body.GetProperty("questions");
        Assert.Null(answers[0].GetProperty("answer").GetString());
        Assert.Equal("to the second", answers[1].GetProperty("answer").GetString());
        string[] strange = ["x", QuestionId.New(Make.Noon).ToString()];
        foreach (var id in strange)
        {
            var body = $$"""{"text":"x","question":"{{id}}"}""";
            (await bot.PostAsync(path + "/messages", body)).IsProblem(409, "no_question");
        }

        var wrong = await bot.PostAsync(path + "/messages", """{"text":"x","question":7}""");
        wrong.IsProblem(400, "invalid_request");
    }

    [Fact]
    public async Task A_credential_in_an_answer_is_refused_and_kept_nowhere()
    {
        await using var bot = await InboxBot.StartAsync();
        var path = $"/v1/requests/{await bot.OpenAsync()}";
        await AskAsync(bot, path, "BOB", "Which key?");
        var secret = "sk-" + new string('a', 40);
        var reply = await bot.PostAsync(path + "/messages", $$"""{"text":"it is {{secret}}"}""");
        reply.IsProblem(422, "secret_detected");
        Assert.Contains("\"pointer\":\"/text\"", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, (await bot.GetAsync(path)).Text, StringComparison.Ordinal);
        (await bot.PostAsync(path + "/messages", """{"text":"the blue one"}""")).Is(200);
    }

    [Fact]
    public async Task The_stream_tells_of_question_and_answer_and_a_long_poll_waits_on()
    {
        await using var bot = await InboxBot.StartAsync();
        var id = await bot.OpenAsync();
        var path = $"/v1/requests/{id}";
        var waiting = bot.GetAsync(path + "?wait=60");
        await AskAsync(bot, path, "BOB", "Why?");
        await bot.PostAsync(path + "/messages", """{"text":"Because."}""");
        Assert.False(waiting.IsCompleted);
        await bot.DecideAsync(id, "BOB", Verdict.Rejected);
        Assert.Equal("denied", (await waiting).Word("status"));

        var events = (await bot.GetAsync(path + "/events")).Is(200).Text;
        Assert.Contains("event: question.asked\ndata: {\"type\":\"question.asked\"", events);
        Assert.Contains("event: question.answered\n", events);
        Assert.DoesNotContain("Because.", events, StringComparison.Ordinal);
    }

    private static async Task AskAsync(InboxBot bot, string path, string user, string text)
    {
        var id = RequestId.Parse(path.Split('/')[^1], provider: null);
        var request = await bot.Desk.Desk.ShowAsync(id, InboxBot.Cancel);
        var copy = request!.Copies[0];
        var click = new QuestionClick(
            copy.Token,
            Make.Slack(user),
            copy.Conversation,
            Message: null,
            text,
            "evidence"
        );
        Assert.IsType<ClickAnswer.Counted>(await bot.Desk.Desk.AskAsync(click, InboxBot.Cancel));
    }
}

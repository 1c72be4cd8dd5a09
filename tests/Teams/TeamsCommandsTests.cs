using ChatApprovals.Admin;
using ChatApprovals.Playground;

namespace ChatApprovals.Tests.Teams;

/// <summary>What people write to the bot in the played Teams, and where it answers.</summary>
public sealed class TeamsCommandsTests : TeamsBench
{
    [Fact]
    public async Task A_command_in_the_own_chat_is_answered_there()
    {
        var chat = Teams.Personal(Carol);
        await Teams.Write(Carol, chat.Id, "pending", Cancel);
        await IdleAsync();
        Assert.Equal("pending", Last.Text);
        Assert.Equal(
            new Asker(AccountOf(People.Carol), chat.Id, true),
            Last.Asker with
            {
                Delivery = null,
            }
        );
        Assert.StartsWith($"teams {chat.Id} ", Last.Asker.Delivery, StringComparison.Ordinal);
        Assert.Contains(
            "a line",
            chat.Messages[^1].Card!.Value.GetRawText(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task How_far_a_file_is_is_one_message_of_the_own_chat_that_changes()
    {
        Reply = new Reply("Made soon", [])
        {
            File = async (tell, cancel) =>
            {
                await tell(new Reply("10 %", []), cancel);
                await tell(new Reply("60 %", []), cancel);
                return new Packed.Not(new Reply("Not made", []));
            },
        };
        var chat = Teams.Personal(Carol);
        await Teams.Write(Carol, chat.Id, "export", Cancel);
        await IdleAsync();
        string Shown(int fromEnd) => chat.Messages[^fromEnd].Card!.Value.GetRawText();
        Assert.Contains("Not made", Shown(1), StringComparison.Ordinal);
        Assert.Contains("60 %", Shown(2), StringComparison.Ordinal);
        Assert.Contains("Made soon", Shown(3), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_in_a_channel_is_answered_in_the_askers_own_chat()
    {
        Reply = new Reply("Key", ["cak_secret"]) { Secret = true };
        await Teams.Write(Carol, Acme.TeamsChannel, "@ChatApprovals group add sre @Erin", Cancel);
        await IdleAsync();
        Assert.Equal(
            $" group add sre [{AccountOf(People.Erin)}]",
            Last.Text.Replace("  ", " ", StringComparison.Ordinal)
        );
        Assert.False(Last.Asker.IsPrivate);
        Assert.Contains(
            "cak_secret",
            Teams.Personal(Carol).Messages[^1].Card!.Value.GetRawText(),
            StringComparison.Ordinal
        );
        var channel = Teams.Conversation(Acme.TeamsChannel)!.Messages;
        Assert.Equal(2, channel.Count);
        Assert.DoesNotContain(channel, m => m.Card is not null || Has(m.Text, "cak_"));
        Assert.Equal(channel[0].Thread, channel[1].Thread);
    }

    [Fact]
    public async Task Where_no_own_chat_can_be_opened_nothing_is_done()
    {
        Teams.Faults.Next("conversations.post", new Fault.Refused("MessageWritesBlocked"));
        await Teams.Write(Carol, Acme.TeamsChannel, "@ChatApprovals agent add x", Cancel);
        await IdleAsync();
        Assert.Empty(Commands);
        Assert.True(
            Has(Teams.Conversation(Acme.TeamsChannel)!.Messages[^1].Text, "Nothing was done")
        );
    }

    [Fact]
    public async Task A_command_delivered_twice_runs_once()
    {
        var activity = Teams.MessageActivity(Carol, Teams.Personal(Carol).Id, "agent add x");
        await SendAsync(activity);
        await SendAsync(activity);
        await IdleAsync();
        Assert.Single(Commands);
    }

    [Fact]
    public async Task What_people_say_to_each_other_in_a_channel_is_no_command()
    {
        var activity = Teams.MessageActivity(Carol, Acme.TeamsChannel, "@ChatApprovals freeze all");
        var entities = activity["entities"]!.AsArray();
        for (var i = entities.Count - 1; i >= 0; i--)
        {
            if (Has((string?)entities[i]!["type"], "mention"))
            {
                entities.RemoveAt(i);
            }
        }

        await SendAsync(activity);
        await IdleAsync();
        Assert.Empty(Commands);
        Assert.Empty(Teams.Conversation(Acme.TeamsChannel)!.Messages);
    }

    [Fact]
    public async Task A_mention_that_Teams_does_not_resolve_stays_text()
    {
        var activity = Teams.MessageActivity(Carol, Acme.TeamsChannel, "@ChatApprovals add @Erin");
        foreach (var entity in activity["entities"]!.AsArray())
        {
            if (Has(entity!["mentioned"]?["name"]?.GetValue<string>(), "Erin"))
            {
                entity["mentioned"]!["id"] = "29:made-up";
            }
        }

        await SendAsync(activity);
        await IdleAsync();
        Assert.EndsWith("add @Erin Okafor", Last.Text, StringComparison.Ordinal);
    }

    private (string Text, Asker Asker) Last => Commands.Last();

    private static bool Has(string? text, string part) =>
        text?.Contains(part, StringComparison.Ordinal) == true;
}

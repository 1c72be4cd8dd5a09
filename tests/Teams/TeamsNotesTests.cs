using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Playground;
using ChatApprovals.Teams;

namespace ChatApprovals.Tests.Teams;

/// <summary>What the bot notes down in a channel: a checkpoint, for whoever keeps it.</summary>
public sealed class TeamsNotesTests : TeamsBench
{
    [Fact]
    public async Task A_note_to_a_channel_is_posted_once_with_its_id_and_Teams_own_time()
    {
        var noted = await Get<TeamsSurface>()
            .NoteAsync(Acme.TeamsChannel, "Ledger checkpoint", ["a line"], Cancel);
        var posted = Assert.IsType<Noted.Posted>(noted);
        var message = Assert.Single(Teams.Conversation(Acme.TeamsChannel)!.Messages);
        Assert.Equal("Ledger checkpoint", message.Summary);
        Assert.Equal(message.Id, posted.Message);
        Assert.NotNull(posted.At);
        var channel = Uri.EscapeDataString(Acme.TeamsChannel);
        Assert.StartsWith(
            $"https://teams.microsoft.com/l/message/{channel}/{message.Id}?tenantId=",
            posted.Link,
            StringComparison.Ordinal
        );
        Assert.EndsWith($"&parentMessageId={message.Id}", posted.Link, StringComparison.Ordinal);
        Assert.Empty(Teams.Lints);
    }

    [Fact]
    public async Task A_note_that_Teams_does_not_take_says_why()
    {
        Teams.Faults.Next("activities.post", new Fault.HttpError());
        var noted = await Get<TeamsSurface>()
            .NoteAsync(Acme.TeamsChannel, "Ledger checkpoint", ["a line"], Cancel);
        Assert.IsType<Noted.Not>(noted);
    }
}

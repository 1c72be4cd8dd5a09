using ChatApprovals.Slack;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Slack;

/// <summary>Payloads that Slack's own SDKs are tested with, wherever they could arrive.</summary>
public sealed class SlackFixtureTests
{
    private const string Folder = "data/slack-fixtures";

    [Fact]
    public void Every_payload_is_understood_or_ignored_and_none_throws()
    {
        var files = Directory
            .EnumerateFiles(SharedData.Path(Folder))
            .Where(f =>
                f.EndsWith(".json", StringComparison.Ordinal)
                || f.EndsWith(".txt", StringComparison.Ordinal)
            )
            .ToList();
        Assert.True(files.Count >= 77, $"only {files.Count} payloads");
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            Assert.NotNull(SlackEvent.Parse(bytes));
            Assert.NotNull(SlackInteraction.Parse(bytes));
            Assert.NotNull(SlackCommand.Parse(bytes));
        }
    }

    [Theory]
    [InlineData("bolt-python.events_url_verification.event_body.L69.json")]
    [InlineData("java.UrlVerificationPayloadTest.json.json")]
    public void A_url_verification_holds_its_challenge(string file) =>
        Assert.IsType<SlackEvent.UrlVerification>(SlackEvent.Parse(Read(file)));

    [Theory]
    [InlineData("java.EventTest.appMentionPayload.json")]
    [InlineData("java.EventInSharedChannelsTest.appMentionPayload.json")]
    [InlineData("bolt-python.events_say_stream.org_app_mention_event_body.L196.json")]
    public void A_mention_is_something_said_in_a_channel(string file) =>
        Assert.False(Assert.IsType<SlackEvent.Spoken>(SlackEvent.Parse(Read(file))).IsDirect);

    [Theory]
    [InlineData("bolt-python.events_ignore_self.response_url_message_event.L115.json")]
    [InlineData(
        "bolt-python.events_ignore_self.different_app_response_url_message_event.L136.json"
    )]
    [InlineData("bolt-python.events.message_file_share_body.L337.json")]
    [InlineData("bolt-python.events.valid_reaction_added_body.L112.json")]
    public void Bots_messages_files_and_reactions_are_ignored(string file) =>
        Assert.IsType<SlackEvent.Other>(SlackEvent.Parse(Read(file)));

    [Theory]
    [InlineData("bolt-python.events.app_uninstalled_body.L299.json")]
    [InlineData("bolt-python.events.tokens_revoked_body.L315.json")]
    public void An_uninstalled_app_is_noticed(string file) =>
        Assert.IsType<SlackEvent.Uninstalled>(SlackEvent.Parse(Read(file)));

    [Fact]
    public void A_click_says_its_place_and_leaves_the_judgement_to_the_desk()
    {
        var pressed = Assert.IsType<SlackInteraction.Pressed>(
            SlackInteraction.Parse(Read("bolt-python.block_actions.body.L161.json"))
        );

        Assert.Equal(("C111", "111.222"), (pressed.Channel, pressed.Message));
        Assert.Equal(("W111", "T111"), (pressed.Sender.User, pressed.Sender.UserTeam));
    }

    [Fact]
    public void An_organisation_wide_installation_names_no_workspace()
    {
        var submitted = Assert.IsType<SlackInteraction.Submitted>(
            SlackInteraction.Parse(Read("java.ViewSubmissionPayloadTest.orgAppPayload.json"))
        );

        Assert.IsNotType<SlackHome.Workspace>(submitted.Sender.Home);
        Assert.NotNull(new SlackIdentity("T111", "U1", "B1", "A111").Problem(submitted.Sender));
    }

    [Fact]
    public void A_submission_through_slack_connect_shows_where_everyone_is_from()
    {
        var sender = Assert
            .IsType<SlackInteraction.Submitted>(
                SlackInteraction.Parse(
                    Read("bolt-python.view_submission.connect_channel_payload.L142.json")
                )
            )
            .Sender;

        Assert.Equal("T-other-side", sender.UserTeam);
        Assert.Equal("T-installed-workspace", sender.InstalledTeam);
        Assert.Equal(new SlackHome.Workspace("T-other-side"), sender.Home);
    }

    [Theory]
    [InlineData("bolt-python.view_closed.body.L140.json")]
    [InlineData("bolt-python.shortcut.global_shortcut_body.L187.json")]
    [InlineData("bolt-python.dialogs.submission_body.L352.json")]
    [InlineData("java.BlockActionTest.realPayload.json")]
    public void Other_interactions_are_ignored(string file) =>
        Assert.IsType<SlackInteraction.Other>(SlackInteraction.Parse(Read(file)));

    [Fact]
    public void A_slash_command_is_read_from_its_form()
    {
        var typed = Assert.IsType<SlackCommand.Typed>(
            SlackCommand.Parse(Read("bolt-python.slash_command.slash_command_body.form.txt"))
        );

        Assert.Equal(
            ("T111", "W111", "C111", "Hi"),
            (typed.Team, typed.User, typed.Channel, typed.Text)
        );
    }

    private static byte[] Read(string file) => SharedData.Bytes($"{Folder}/{file}");
}

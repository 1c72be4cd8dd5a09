using System.Text.Json;
using ChatApprovals.Teams;

namespace ChatApprovals.Tests.Teams;

public sealed class ActivitiesTests
{
    private const string Bot = "28:app";
    private const string Base =
        "\"id\":\"f:1\",\"serviceUrl\":\"https://s.example/\",\"timestamp\":\"2026-11-20T09:49:07.417Z\","
        + "\"recipient\":{\"id\":\"28:app\"},\"channelData\":{\"tenant\":{\"id\":\"ten\"}}";

    [Fact]
    public void A_person_without_an_object_id_is_nobody()
    {
        Assert.Null(Source("\"from\":{\"id\":\"29:x\",\"name\":\"Carol Diaz\"}").Account);
        Assert.Null(Source("\"from\":{\"id\":\"29:x\",\"aadObjectId\":\"a:b\"}").Account);
        Assert.Null(Source("\"from\":{\"id\":\"29:x\",\"aadObjectId\":7}").Account);
    }

    [Fact]
    public void A_person_is_their_tenant_and_object_id_in_lower_case() =>
        Assert.Equal(
            "teams:ten:ab-12",
            Source("\"from\":{\"id\":\"29:x\",\"aadObjectId\":\"AB-12\"}").Account.ToString()
        );

    [Theory]
    [InlineData("\"conversationType\":\"personal\"", true)]
    [InlineData("\"conversationType\":\"channel\"", false)]
    [InlineData("\"conversationType\":\"groupChat\"", false)]
    [InlineData("\"isGroup\":false", false)]
    [InlineData("\"conversationType\":\"Personal\"", false)]
    public void Only_what_Teams_calls_personal_is_private(string member, bool isPrivate) =>
        Assert.Equal(
            isPrivate,
            Activities
                .Source(Json($"{{{Base},\"conversation\":{{\"id\":\"a:1\",{member}}}}}"))!
                .IsPrivate
        );

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public void An_id_that_would_climb_in_a_path_is_none(string id) =>
        Assert.Null(Activities.Source(Json($"{{{Base},\"conversation\":{{\"id\":\"{id}\"}}}}")));

    [Theory]
    [InlineData("messageUpdate")]
    [InlineData("messageDelete")]
    [InlineData("messageReaction")]
    [InlineData("typing")]
    [InlineData("endOfConversation")]
    [InlineData("something.new")]
    public void Edits_reactions_and_the_rest_are_nothing(string type) =>
        Assert.IsType<TeamsActivity.Ignored>(
            Parse(
                $"\"type\":\"{type}\",\"text\":\"approve\",\"value\":{{\"id\":\"t\",\"verb\":\"approve\"}}"
            )
        );

    [Theory]
    [InlineData("installationUpdate", "\"action\":\"add\"", typeof(TeamsActivity.Added))]
    [InlineData("installationUpdate", "\"action\":\"add-upgrade\"", typeof(TeamsActivity.Added))]
    [InlineData("installationUpdate", "\"action\":\"remove\"", typeof(TeamsActivity.Removed))]
    [InlineData(
        "installationUpdate",
        "\"action\":\"remove-upgrade\"",
        typeof(TeamsActivity.Ignored)
    )]
    [InlineData(
        "conversationUpdate",
        "\"membersAdded\":[{\"id\":\"29:x\"},{\"id\":\"28:app\"}]",
        typeof(TeamsActivity.Added)
    )]
    [InlineData(
        "conversationUpdate",
        "\"membersRemoved\":[{\"id\":\"28:app\"}]",
        typeof(TeamsActivity.Removed)
    )]
    [InlineData(
        "conversationUpdate",
        "\"membersAdded\":[{\"id\":\"28:other\"}]",
        typeof(TeamsActivity.PeopleChanged)
    )]
    [InlineData("invoke", "\"name\":\"task/fetch\"", typeof(TeamsActivity.OtherInvoke))]
    [InlineData("invoke", "\"name\":\"adaptiveCard/action\"", typeof(TeamsActivity.OtherInvoke))]
    public void An_activity_is_what_Teams_says(string type, string members, Type expected) =>
        Assert.IsType(expected, Parse($"\"type\":\"{type}\",{members}"));

    [Fact]
    public void A_button_carries_its_token_its_message_and_the_typed_reason()
    {
        var pressed = Press("\"id\":\"tok\",\"reason\":\"  too wide \",\"page\":3");
        Assert.Equal(
            new TeamsActivity.Pressed("reject", "tok", "17951", "too wide", 3, CanShow: true),
            pressed
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"id\":7,\"reason\":{\"a\":1},\"page\":\"x\"")]
    [InlineData("\"id\":\"\\ud800\",\"reason\":\"\\ud800\",\"page\":1e99")]
    [InlineData("\"id\":null,\"reason\":\"   \",\"page\":-5")]
    public void What_a_client_made_up_is_nothing_at_all(string data) =>
        Assert.Equal(
            new TeamsActivity.Pressed("reject", "", "17951", null, 0, CanShow: true),
            Press(data)
        );

    [Fact]
    public void An_old_clients_button_comes_as_a_message_and_free_text_never_does()
    {
        var pressed = Assert.IsType<TeamsActivity.Pressed>(
            Parse(
                "\"type\":\"message\",\"replyToId\":\"9\",\"value\":{\"id\":\"tok\",\"verb\":\"approve\"}"
            )
        );
        Assert.False(pressed.CanShow);
        Assert.IsType<TeamsActivity.Said>(Parse("\"type\":\"message\",\"text\":\"approve tok\""));
    }

    [Fact]
    public void A_long_reason_is_cut_and_says_so()
    {
        var reason = Press($"\"id\":\"t\",\"reason\":\"{new string('x', 5_000)}\"").Reason!;
        Assert.Equal(3_000, reason.Length);
        Assert.EndsWith("…", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_both_places_name_a_tenant_they_must_agree()
    {
        Assert.True(Agree("{\"tenantId\":\"TEN\"}"));
        Assert.False(Agree("{\"tenantId\":\"other\"}"));
        Assert.True(Agree("{}"));
    }

    [Theory]
    [InlineData("<at>Bot</at>help", "\"<at>Bot</at>\"", " help")]
    [InlineData("<at>Bot</at>&nbsp;help", "\"<at>Bot</at>\"", "  help")]
    [InlineData("help", "\"<at>Bot</at>\"", "help")]
    [InlineData("policy &lt;b&gt; <at>Bot</at>", "\"<at>Bot</at>\"", "policy <b>  ")]
    [InlineData("<div><at>Bot</at>&nbsp;help</div>", "\"<at>Bot</at>\"", "  help\n")]
    [InlineData(
        "<p class='x'><at>Bot</at> policy set a</p><p>name: a<br />x: &lt;p&gt;</p>",
        "\"<at>Bot</at>\"",
        "  policy set a\nname: a\nx: <p>\n"
    )]
    public void The_bots_own_mention_is_left_out_by_its_entity(
        string text,
        string tag,
        string expected
    ) => Assert.Equal(expected, Words(text, $"[{Mention(tag, Bot)}]"));

    [Fact]
    public void What_only_looks_like_a_mention_stays_text() =>
        Assert.Equal("group add sre <at>Carol</at>", Words("group add sre <at>Carol</at>", "[]"));

    [Fact]
    public void Two_people_of_one_name_are_two_mentions_in_order()
    {
        var entities =
            $"[{Mention("\"<at>Al</at>\"", "29:1")},{Mention("\"<at>Al</at>\"", "29:2")}]";
        Assert.Equal("add {29:1} {29:2}!", Words("add <at>Al</at> <at>Al</at>!", entities));
    }

    [Fact]
    public void Entities_may_come_in_any_order()
    {
        var entities = $"[{Mention("\"<at>B</at>\"", "29:b")},{Mention("\"<at>A</at>\"", "29:a")}]";
        Assert.Equal("{29:a} and {29:b}", Words("<at>A</at> and <at>B</at>", entities));
    }

    [Fact]
    public void Decoded_text_never_becomes_a_mention() =>
        Assert.Equal(
            "<at>A</at>",
            Words("&lt;at&gt;A&lt;/at&gt;", $"[{Mention("\"<at>A</at>\"", "29:a")}]")
        );

    private static string Mention(string tag, string id) =>
        $"{{\"type\":\"mention\",\"text\":{tag},\"mentioned\":{{\"id\":\"{id}\",\"name\":\"x\"}}}}";

    private static string Words(string text, string entities)
    {
        var said = Assert.IsType<TeamsActivity.Said>(
            Parse($"\"type\":\"message\",\"text\":\"{text}\",\"entities\":{entities}")
        );
        return string.Concat(
            said.Words.Select(w =>
                w is TeamsWord.Mention m ? $"{{{m.Mri}}}" : ((TeamsWord.Text)w).Value
            )
        );
    }

    private static TeamsActivity.Pressed Press(string data) =>
        Assert.IsType<TeamsActivity.Pressed>(
            Parse(
                "\"type\":\"invoke\",\"name\":\"adaptiveCard/action\",\"replyToId\":\"17951\","
                    + $"\"value\":{{\"action\":{{\"verb\":\"reject\",\"data\":{{{data}}}}}}}"
            )
        );

    [Fact]
    public void A_tenant_that_is_only_named_beside_the_conversation_counts_and_none_is_none()
    {
        Assert.Equal("ten", Activities.Tenant(Json("{\"conversation\":{\"tenantId\":\"ten\"}}")));
        Assert.Null(Activities.Tenant(Json("{\"conversation\":{\"id\":\"a:1\"}}")));
    }

    private static bool Agree(string conversation) =>
        Activities.Tenant(Json($"{{{Base},\"conversation\":{conversation}}}")) is "ten";

    private static TeamsSource Source(string members) =>
        Activities.Source(Json($"{{{Base},\"conversation\":{{\"id\":\"a:1\"}},{members}}}"))!;

    private static TeamsActivity Parse(string members)
    {
        var activity = Json($"{{{Base},\"conversation\":{{\"id\":\"a:1\"}},{members}}}");
        return Activities.Parse(activity, Activities.Source(activity)!);
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}

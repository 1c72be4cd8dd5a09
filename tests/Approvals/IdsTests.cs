using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>Ids and names: what is one, what is none, and that none is never taken for one.</summary>
public sealed class IdsTests
{
    public static TheoryData<string> NoAccounts =>
        [
            "\0",
            "",
            "slack",
            "slack:T1",
            ":T1:U1",
            "slack::U1",
            "slack:T1:",
            "slack:T 1:U1",
            "slack:T1:U/1",
            "irc:T1:U1",
            "Slack:T1:U1",
            "slack:T1:" + new string('U', 200),
            "oidc:acme:sub",
            "oidc:ftp://acme.example:sub",
            "oidc:http://acme.example:sub",
            "oidc:https://user@acme.example:sub",
            "oidc:https://acme.example?x=1:sub",
            "oidc:https://acme.example#x:sub",
            "oidc:https://acme .example:sub",
            "oidc:https://acmé.example:sub",
            "oidc:https://acme.example:",
            "oidc:https://acme.example:a b",
            "oidc:https://acme.example:a\x7f",
            "oidc:https://acme.example:" + new string('s', 256),
            "oidc:https://acme.example/" + new string('i', 1_000) + ":s",
        ];

    [Theory]
    [InlineData(null)]
    [MemberData(nameof(NoAccounts))]
    public void What_is_no_account_is_refused(string? text)
    {
        Assert.False(AccountId.TryParse(text, null, out var account));
        Assert.Equal(default, account);
    }

    [Theory]
    [InlineData("slack:T1:U1", Surface.Slack, "T1", "U1")]
    [InlineData("TEAMS:t:u", null, "", "")]
    [InlineData("teams:Tenant-1:AAD.id_1", Surface.Teams, "tenant-1", "aad.id_1")]
    [InlineData("oidc:https://a.example/x:auth0|A", Surface.Api, "https://a.example/x", "auth0|A")]
    [InlineData("oidc:http://127.0.0.1:8080:s", Surface.Api, "http://127.0.0.1:8080", "s")]
    public void An_account_comes_apart_into_where_it_is_and_who(
        string text,
        Surface? surface,
        string tenant,
        string user
    )
    {
        Assert.Equal(surface is not null, AccountId.TryParse(text, null, out var account));
        if (surface is not null)
        {
            Assert.Equal((surface, tenant, user), (account.Surface, account.Tenant, account.User));
        }
    }

    [Fact]
    public void What_is_none_is_refused_loudly_where_there_must_be_one()
    {
        Assert.Throws<FormatException>(() => AccountId.Parse("U1", null));
        Assert.Throws<FormatException>(() => RequestId.Parse("per_1", null));
        Assert.Throws<FormatException>(() => PersonId.Parse("apr_1", null));
        Assert.Throws<FormatException>(() => GrantId.Parse("gr_1", null));
        Assert.Throws<FormatException>(() => AgentName.Parse("Deploy Bot", null));
        Assert.Throws<FormatException>(() => WireNames.Parse<Verdict>("Approved"));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<PersonId>("\"per_1\""));
        Assert.Throws<ArgumentOutOfRangeException>(() => ApiKey.New((ApiKeyKind)9));
    }

    [Fact]
    public void An_id_that_was_never_given_prints_as_none_and_is_none()
    {
        Assert.False(AccountId.TryParse(default(AccountId).ToString(), null, out _));
        Assert.False(RequestId.TryParse(default(RequestId).ToString(), null, out _));
        Assert.False(PersonId.TryParse(default(PersonId).ToString(), null, out _));
        Assert.False(GrantId.TryParse(default(GrantId).ToString(), null, out _));
        Assert.False(AgentName.TryParse(default(AgentName).ToString(), null, out _));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("24h", 86_400)]
    [InlineData("7d", 604_800)]
    [InlineData("366d", 31_622_400)]
    [InlineData("367d", null)]
    [InlineData("9999999999s", null)]
    [InlineData("1w", null)]
    [InlineData("90", null)]
    [InlineData("-1s", null)]
    [InlineData("1.5h", null)]
    [InlineData("s", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_duration_is_a_whole_number_and_a_unit(string? text, int? seconds) =>
        Assert.Equal(seconds, (int?)Duration.Parse(text)?.TotalSeconds);

    [Fact]
    public void Values_written_before_a_member_was_there_are_read_without_it()
    {
        var group = """{"name":"sre","members":[],"widenings":[]}""";
        Assert.Empty(JsonSerializer.Deserialize<Group>(group, ConfigJson.Options)!.Joined);
        var account = """{"id":"slack:T1:U1","emails":[],"linked_at":"2026-11-21T12:00:00Z"}""";
        Assert.Empty(JsonSerializer.Deserialize<Account>(account, ConfigJson.Options)!.Bygones);
        Assert.Throws<JsonException>(() =>
            JsonSerializer.Deserialize<Group>(
                group.Replace("}", ",\"joined\":null}", StringComparison.Ordinal),
                ConfigJson.Options
            )
        );
    }
}

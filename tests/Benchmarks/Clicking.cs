using System.Text;
using ChatApprovals.Playground;
using ChatApprovals.Slack;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>What Slack and Teams send when somebody presses Approve, signed as they sign.</summary>
internal sealed class Clicking(Platforms platforms)
{
    private long _count;

    /// <summary>Bob, in Slack.</summary>
    public byte[] Slack(CardTokens card)
    {
        var number = Interlocked.Increment(ref _count);
        var message = Platforms.SlackMessage(Encoding.ASCII.GetBytes(card.Slack));
        var payload = $$$"""
            {"type":"block_actions","api_app_id":"{{{Platforms.SlackApp}}}","team":{"id":"{{{Platforms.SlackTeam}}}","domain":"acme"},
            "user":{"id":"{{{People.Bob.Slack}}}","team_id":"{{{Platforms.SlackTeam}}}","username":"bob"},
            "trigger_id":"{{{number}}}.1.a","response_url":"{{{platforms.Url}}}slack/respond",
            "container":{"type":"message","channel_id":"{{{Platforms.SlackChannel}}}","message_ts":"{{{message}}}","is_ephemeral":false},
            "channel":{"id":"{{{Platforms.SlackChannel}}}","name":"prod-approvals"},
            "actions":[{"type":"button","action_id":"approve","block_id":"b","value":"{{{card.Slack}}}"}]}
            """;
        return Signed("/slack/interactions", "payload=" + Uri.EscapeDataString(payload));
    }

    /// <summary>Carol, in Teams.</summary>
    public byte[] Teams(CardTokens card)
    {
        var number = Interlocked.Increment(ref _count);
        var message = Platforms.TeamsMessage(Encoding.ASCII.GetBytes(card.Teams));
        var body = $$$"""
            {"type":"invoke","id":"f:{{{number}}}","name":"adaptiveCard/action","channelId":"msteams","serviceUrl":"{{{platforms.ServiceUrl}}}",
            "timestamp":"{{{TimeProvider.System.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}}","replyToId":"{{{message}}}",
            "from":{"id":"{{{People.Carol.Mri}}}","name":"Carol Diaz","aadObjectId":"{{{People.Carol.Teams}}}"},
            "conversation":{"conversationType":"channel","isGroup":true,"tenantId":"{{{People.Tenant}}}","id":"{{{Platforms.TeamsChannel}}};messageid={{{message}}}"},
            "recipient":{"id":"28:{{{Platforms.TeamsApp}}}","name":"ChatApprovals"},
            "channelData":{"tenant":{"id":"{{{People.Tenant}}}"}},
            "value":{"action":{"type":"Action.Execute","verb":"approve","data":{"id":"{{{card.Teams}}}"}},"trigger":"manual"}}
            """;
        var headers =
            $"Authorization: Bearer {platforms.TeamsToken}\r\nContent-Type: application/json\r\n";
        return Wire.Request("POST", "/api/messages", headers, body);
    }

    /// <summary>A form as Slack sends it, signed now.</summary>
    public static byte[] Signed(string path, string form)
    {
        var at = $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}";
        var signature = SlackSignature.Sign(
            Platforms.SlackSecret,
            at,
            Encoding.UTF8.GetBytes(form)
        );
        var headers =
            $"Content-Type: application/x-www-form-urlencoded\r\n"
            + $"{SlackSignature.TimestampName}: {at}\r\n{SlackSignature.SignatureName}: {signature}\r\n";
        return Wire.Request("POST", path, headers, form);
    }
}

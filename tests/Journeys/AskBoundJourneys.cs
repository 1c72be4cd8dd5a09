using System.Text.Json;
using ChatApprovals.Tests.Ask;

namespace ChatApprovals.Tests.Journeys;

/// <summary><c>ask</c> under a policy that wants grants bound to a key of the agent.</summary>
public sealed class AskBoundJourneys(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private const string Audience = "https://runner.example";
    private const string Policy =
        "policy set default\nstages: [{approvers: [approvers]}]\nsender_constrained: medium";

    private readonly Site _site = fixture.Site;

    [Fact]
    public async Task As_a_guard_it_proves_its_own_key()
    {
        await _site.TellsErinAsync("slack", Policy, "default");
        var start = Info("--audience", Audience, "--consume", "--", "true");
        start.Environment["APPROVALS_GUARD_KEY"] = await _site.GuardKeyAsync(Audience);
        await using var ask = AskProcess.Start(start);
        var asked = await ask.AskedAsync(_site);
        await _site.ApproveAsync(asked);
        Assert.True(await ask.ExitAsync() == 0, ask.Errors);
        Assert.Equal(1, await _site.CountAsync(asked.Id, "grant.consumed"));
    }

    [Fact]
    public async Task The_command_gets_the_key_for_its_own_proofs()
    {
        await _site.TellsErinAsync("slack", Policy, "default");
        const string script = "echo \"$APPROVAL_GRANT_KEY\"; echo \"$APPROVAL_GRANT\"";
        await using var ask = AskProcess.Start(Info("--", "sh", "-c", script));
        await _site.ApproveAsync(await ask.AskedAsync(_site));
        Assert.True(await ask.ExitAsync() == 0, ask.Errors);
        var said = ask.Output.Split('\n');
        Assert.Equal(43, JsonElement.Parse(said[0]).GetProperty("d").GetString()!.Length);
        var claims = System.Buffers.Text.Base64Url.DecodeFromChars(said[1].Split('.')[1]);
        Assert.True(JsonElement.Parse(claims).GetProperty("cnf").TryGetProperty("jkt", out _));
    }

    private System.Diagnostics.ProcessStartInfo Info(params string[] words) =>
        AskProcess.Info(
            _site.Bot.Url,
            _site.AgentKey,
            ["--action", "db.password.rotate", "--resource", "postgres/crm", .. words]
        );
}

using System.Text.Json.Nodes;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>The agent with a key that README shows, with npm's dpop, at a guard that hands on what it got.</summary>
public sealed class ReadmeBoundTests
{
    /// <summary>The bot's public address and the guard's lead to where they are in this test.</summary>
    private const string Driver = """
        import { readFileSync } from "node:fs";
        const said = JSON.parse(readFileSync(0, "utf8"));
        const real = globalThis.fetch;
        globalThis.fetch = async (url, call) => {
          if (url !== said.guard) return real(url.replace(said.public, said.bot), call);
          const about = {
            ...said.about,
            token: call.headers.Authorization.slice("DPoP ".length),
            dpop: { proof: call.headers.DPoP, htm: call.method, htu: said.guard },
          };
          return real(said.bot + "/v1/grants/consume", {
            method: "POST",
            headers: { Authorization: "Bearer " + said.guardKey, "Content-Type": "application/json" },
            body: JSON.stringify(about),
          });
        };
        const first = await runBound(said.public, said.agentKey, said.id, keys, said.guard);
        console.log(first.status, (await first.json()).status);
        """;

    [Fact]
    public async Task The_agent_in_the_readme_runs_its_grant_with_its_key()
    {
        SharedData.SkipUnless(
            Directory.Exists(SharedData.InRepository("tests/node/node_modules/dpop")),
            "npm dpop is not installed: npm ci in tests/node"
        );
        await using var bot = await GuardBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var about = GuardBot.AboutToRun("");
        var input = new JsonObject
        {
            ["public"] = "https://bot.test",
            ["bot"] = bot.Inbox.Address.ToString().TrimEnd('/'),
            ["guard"] = BoundBot.GuardAddress,
            ["agentKey"] = bot.Inbox.Key.Reveal(),
            ["guardKey"] = bot.Key.Reveal(),
            ["id"] = id,
            ["about"] = about,
        };
        var (exit, output) = await OtherProgram.Run(
            "env",
            [
                "-C",
                SharedData.InRepository("tests/node"),
                "node",
                "--input-type=module",
                "-e",
                Script(),
            ],
            input.ToJsonString(),
            TestDesk.Cancel
        );
        Assert.Equal((0, "200 consumed"), (exit, output.Trim()));
        Assert.NotNull((await bot.FindAsync(id)).Grant!.Jkt);
        Assert.Equal(["grant.issued", "grant.consumed"], bot.Entries());
    }

    private static string Script()
    {
        var readme = File.ReadAllText(SharedData.InRepository("README.md"));
        var parts = readme.Split("```js\n");
        Assert.Equal(2, parts.Length);
        return parts[1].Split("```")[0] + Driver;
    }
}

using System.Net;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Grants;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Api;

/// <summary>Who is let in over HTTP, and how the others are turned away.</summary>
public sealed class ApiGateTests
{
    public static TheoryData<string> Keys => ["cak_", "cgk_", "cau_", "agent", "guard", "auditor"];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_key_never_decides(string key)
    {
        await using var bot = await ApiBot.StartAsync();
        var id = (await bot.Desk.OpenOneAsync()).Id;
        var sent = key switch
        {
            "agent" => ApiKey.New(ApiKeyKind.Agent).Reveal(),
            "guard" => ApiKey.New(ApiKeyKind.Guard).Reveal(),
            "auditor" => ApiKey.New(ApiKeyKind.Auditor).Reveal(),
            _ => key + "x",
        };
        (await bot.ReviewAsync(id, sent)).IsProblem(403, "not_a_person");
        (await bot.SayAsync(id, sent, "hash")).IsProblem(403, "not_a_person");
        var link = await bot.SendAsync(HttpMethod.Post, "/v1/people/link", sent, "{}");
        link.IsProblem(403, "not_a_person");
        Assert.True((await bot.FindAsync(id)).IsPending);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("junk")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task Without_a_token_nobody_is_let_in(string? sent)
    {
        await using var bot = await ApiBot.StartAsync();
        var refused = await bot.ReviewAsync(RequestId.New(Make.Noon), sent);
        refused.IsProblem(401, "unauthenticated");
        Assert.StartsWith("Bearer", refused.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal(0, bot.Issuer.Asked);
    }

    [Fact]
    public async Task A_token_of_another_issuer_or_for_somebody_else_costs_the_issuer_nothing()
    {
        await using var bot = await ApiBot.StartAsync();
        var (issuer, audience) = (bot.Claims("bob"), bot.Claims("bob"));
        issuer["iss"] = "https://evil.example";
        audience["aud"] = "another-app";
        foreach (var claims in new[] { issuer, audience })
        {
            var refused = await bot.ReviewAsync(RequestId.New(Make.Noon), bot.Issuer.Token(claims));
            refused.IsProblem(401, "unauthenticated");
            Assert.Contains(
                "invalid_token",
                refused.Headers["WWW-Authenticate"],
                StringComparison.Ordinal
            );
        }

        Assert.Equal(0, bot.Issuer.Asked);
    }

    [Fact]
    public async Task Who_signed_in_too_long_ago_is_asked_to_sign_in_again()
    {
        await using var bot = await ApiBot.StartAsync();
        var claims = bot.Claims("bob");
        claims["auth_time"] = Make.Noon.AddMinutes(-61).ToUnixTimeSeconds();
        var refused = await bot.ReviewAsync(RequestId.New(Make.Noon), bot.Issuer.Token(claims));
        refused.IsProblem(401, "insufficient_user_authentication");
        Assert.Contains(
            "max_age=\"3600\"",
            refused.Headers["WWW-Authenticate"],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_grant_is_no_sign_in_even_when_the_issuer_signed_it()
    {
        await using var bot = await ApiBot.StartAsync();
        var key = bot.Issuer.Current;
        var token = key.Token(bot.Claims("bob"), key.Header("approval-grant+jwt"));
        (await bot.ReviewAsync(RequestId.New(Make.Noon), token)).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task While_the_issuer_cannot_be_asked_nobody_is_believed_and_nothing_is_decided()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var id = (await bot.Desk.OpenOneAsync()).Id;
        bot.Issuer.InsteadOfMetadata = () => Results.StatusCode(500);
        var refused = await bot.ReviewAsync(id, bob);
        refused.IsProblem(503, "unavailable");
        Assert.NotEmpty(refused.Headers["Retry-After"]);
        (await bot.SayAsync(id, bob, "hash")).IsProblem(503, "unavailable");
        bot.Issuer.InsteadOfMetadata = null;
        bot.Clock.Advance(TimeSpan.FromSeconds(5));
        (await bot.ReviewAsync(id, bob)).Is(200);
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_taken_without_a_restart_and_a_withdrawn_one_is_not()
    {
        await using var bot = await ApiBot.StartAsync();
        await bot.SignedInAsync("BOB");
        var claims = bot.Claims("bob");
        claims["exp"] = bot.Clock.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds();
        var old = bot.Issuer.Token(claims);
        var id = (await bot.Desk.OpenOneAsync()).Id;
        (await bot.ReviewAsync(id, old)).Is(200);
        bot.Issuer.Publish(IssuedKey.Rsa("key-2", "PS256"));
        bot.Clock.Advance(TimeSpan.FromSeconds(31));
        (await bot.ReviewAsync(id, bot.Token("bob"))).Is(200);
        (await bot.ReviewAsync(id, old)).Is(200);
        bot.Issuer.Withdraw("key-1");
        bot.Clock.Advance(TimeSpan.FromMinutes(4) + TimeSpan.FromSeconds(59));
        (await bot.ReviewAsync(id, old)).Is(200);
        bot.Clock.Advance(TimeSpan.FromSeconds(1));
        (await bot.ReviewAsync(id, old)).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_of_a_key_that_only_calls_itself_the_issuers_is_refused()
    {
        await using var bot = await ApiBot.StartAsync();
        await bot.SignedInAsync("BOB");
        var forged = IssuedKey.Es256(bot.Issuer.Current.Kid).Token(bot.Claims("bob"));
        (await bot.ReviewAsync(RequestId.New(Make.Noon), forged)).IsProblem(401, "unauthenticated");
    }
}

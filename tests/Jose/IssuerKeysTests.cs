using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Jose;

/// <summary>An issuer's keys: asked for when needed, kept for a while, exchanged when the issuer exchanges them.</summary>
public sealed class IssuerKeysTests : IAsyncLifetime
{
    private static readonly IssuerPatience s_patience = new(
        FreshFor: TimeSpan.FromMinutes(5),
        KeptFor: TimeSpan.FromMinutes(15),
        AskAgainAfter: TimeSpan.FromMinutes(1)
    );

    private readonly HandClock _clock = new(Make.Noon);
    private readonly IssuerHttp _http = new(PatientClock.Shared);
    private readonly List<string> _reported = [];
    private SmallIssuer _issuer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _issuer = await SmallIssuer.StartAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_key_is_fetched_once_and_kept()
    {
        using var keys = Keys();
        var found = Assert.IsType<KeySearch.Found>(await keys.FindAsync("key-1", Cancel));
        Assert.Equal(_issuer.Current.Jwk.Thumbprint, found.Key.Thumbprint);
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("key-1", Cancel));
        Assert.Null(await keys.CheckAsync(Cancel));
        Assert.Equal(1, _issuer.Asked);
    }

    [Fact]
    public async Task A_token_without_a_key_id_means_the_only_key_there_is()
    {
        using var keys = Keys();
        Assert.IsType<KeySearch.Found>(await keys.FindAsync(kid: null, Cancel));
        _issuer.Publish(IssuedKey.Es256("key-2"));
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.IsType<KeySearch.Unknown>(await keys.FindAsync(kid: null, Cancel));
    }

    [Fact]
    public async Task A_new_key_is_asked_for_at_once_and_made_up_ones_a_few_times_a_minute()
    {
        using var keys = Keys();
        await keys.FindAsync("key-1", Cancel);
        Assert.IsType<KeySearch.Unknown>(await keys.FindAsync("made-up", Cancel));
        _issuer.Publish(IssuedKey.Es256("key-2"));
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("key-2", Cancel));
        Assert.Equal(3, _issuer.Asked);
        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<KeySearch.Unknown>(await keys.FindAsync($"made-up-{i}", Cancel));
        }

        Assert.Equal(5, _issuer.Asked);
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("key-1", Cancel));
        _clock.Advance(TimeSpan.FromMinutes(1));
        _issuer.Publish(IssuedKey.Es256("key-3"));
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("key-3", Cancel));
    }

    [Fact]
    public async Task A_key_that_is_withdrawn_is_believed_until_the_keys_are_asked_for_again()
    {
        using var keys = Keys();
        await keys.FindAsync("key-1", Cancel);
        _issuer.Publish(IssuedKey.Es256("key-2"));
        _issuer.Withdraw("key-1");
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("key-1", Cancel));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<KeySearch.Unknown>(await keys.FindAsync("key-1", Cancel));
    }

    [Fact]
    public async Task While_the_issuer_is_away_its_keys_are_used_for_a_quarter_of_an_hour_and_no_longer()
    {
        using var keys = Keys();
        await keys.FindAsync("key-1", Cancel);
        _issuer.InsteadOfMetadata = () => Results.StatusCode(503);
        _clock.Advance(TimeSpan.FromMinutes(14));
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("key-1", Cancel));
        // Whether it is a new key or none cannot be known now.
        Assert.IsType<KeySearch.Unavailable>(await keys.FindAsync("key-2", Cancel));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<KeySearch.Unavailable>(await keys.FindAsync("key-1", Cancel));
        Assert.NotNull(await keys.CheckAsync(Cancel));

        _issuer.InsteadOfMetadata = null;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("key-1", Cancel));
    }

    [Fact]
    public async Task An_issuer_that_was_never_reached_is_asked_again_after_five_seconds()
    {
        await _issuer.StopAsync(Cancel);
        using var keys = Keys();
        Assert.IsType<KeySearch.Unavailable>(await keys.FindAsync("key-1", Cancel));
        Assert.IsType<KeySearch.Unavailable>(await keys.FindAsync("key-1", Cancel));
        Assert.Single(_reported);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await keys.FindAsync("key-1", Cancel);
        Assert.Equal(2, _reported.Count);
    }

    public static TheoryData<string, string> Unusable =>
        new()
        {
            { "[]", "is no JSON object" },
            { "no", "is no JSON object" },
            { """{"issuer":"ISSUER"}""", "no https URL" },
            { """{"issuer":"ISSUER","jwks_uri":"http://idp.example/keys"}""", "no https URL" },
            { """{"issuer":"ISSUER","jwks_uri":"/keys"}""", "no https URL" },
            { """{"issuer":"ISSUER/","jwks_uri":"ISSUER/keys"}""", "another one" },
            { """{"jwks_uri":"ISSUER/keys"}""", "another one" },
            { """{"issuer":"x","issuer":"ISSUER","jwks_uri":"ISSUER/keys"}""", "no JSON object" },
        };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task Metadata_that_cannot_be_used_is_said_to_the_operator(string json, string why)
    {
        var text = json.Replace("ISSUER", _issuer.Url, StringComparison.Ordinal);
        _issuer.InsteadOfMetadata = () => Results.Text(text, "application/json");
        using var keys = Keys();
        var none = Assert.IsType<KeySearch.Unavailable>(await keys.FindAsync("key-1", Cancel));
        Assert.Contains(why, none.Why, StringComparison.Ordinal);
        Assert.Equal(none.Why, Assert.Single(_reported));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"key-1"}]}""")]
    public async Task A_set_without_a_usable_key_is_none(string json)
    {
        _issuer.InsteadOfKeys = () => Results.Text(json, "application/json");
        using var keys = Keys();
        Assert.IsType<KeySearch.Unavailable>(await keys.FindAsync("key-1", Cancel));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _issuer.InsteadOfKeys = () => Results.Redirect(_issuer.Url + "/.well-known/elsewhere");
        using var keys = Keys();
        Assert.IsType<KeySearch.Unavailable>(await keys.FindAsync("key-1", Cancel));
    }

    [Fact]
    public async Task Two_keys_of_one_name_are_none()
    {
        _issuer.Publish(IssuedKey.Es256("key-1"));
        using var keys = Keys();
        Assert.IsType<KeySearch.Unknown>(await keys.FindAsync("key-1", Cancel));
    }

    private IssuerKeys Keys() =>
        new(_issuer.Metadata, _issuer.Url, s_patience, _http, _clock, _reported.Add);
}

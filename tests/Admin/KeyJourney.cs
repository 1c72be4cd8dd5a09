using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Grants;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary><c>key rotate</c>: two administrators, at once, and everything from before still verifies.</summary>
public sealed class KeyJourney
{
    private readonly HandClock _clock = new(Make.Noon);

    [Theory]
    [InlineData("ledger")]
    [InlineData("receipt")]
    [InlineData("grant")]
    [InlineData("callback")]
    public async Task A_new_key_is_in_use_when_a_second_administrator_approves(string purpose)
    {
        await using var desk = await KeyDesks.OpenAsync();
        var old = desk.Cabinet.KidOf(purpose);
        Assert.Equal(
            "Not changed yet",
            (await EraseDesk.SayAsync(desk, "ANN", $"key rotate {purpose}")).Title
        );
        Assert.Equal(old, desk.Cabinet.KidOf(purpose));
        Assert.DoesNotContain(EraseDesk.Entries(desk), e => e.Kind is EntryKinds.KeyRotated);
        var waits = await desk.WaitingChangeAsync();
        Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(waits, "ANN"));
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(waits, "BOB"));
        var kid = desk.Cabinet.KidOf(purpose);
        Assert.NotEqual(old, kid, StringComparer.Ordinal);
        var entry = EraseDesk.Entries(desk).First(e => e.Kind is EntryKinds.KeyRotated);
        var members = Make.Json(Encoding.UTF8.GetString(entry.Bytes));
        string Said(string name) => members.GetProperty(name).GetString()!;
        Assert.Equal((purpose, kid, old), (Said("purpose"), Said("txn"), Said("previous")));
        Assert.Equal(("confirmed", waits.Id.ToString()), (Said("review"), Said("change")));
        var before = Projections.Of(desk.Store);
        Rebuild.Run(desk.Store);
        Assert.Equal(before, Projections.Of(desk.Store));
        Assert.Equal(
            "The ledger is sound",
            (await EraseDesk.SayAsync(desk, "ANN", "verify")).Title
        );
    }

    [Fact]
    public async Task A_single_administrator_rotates_at_once_and_that_is_said_to_be_unreviewed()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        await KeyDesks.NameAsync(desk);
        var reply = await EraseDesk.SayAsync(desk, "ANN", "key rotate ledger");
        Assert.Equal("A new key signs for ledger", reply.Title);
        Assert.Contains(
            $"Verifier key: {desk.Cabinet.Public.Vkey}",
            reply.Lines,
            StringComparer.Ordinal
        );
        Assert.Contains(
            "\"review\":\"unreviewed\"",
            Encoding.UTF8.GetString(EraseDesk.Entries(desk)[^1].Bytes),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_checkpoint_over_its_entry_is_the_first_that_the_new_key_signs()
    {
        await using var desk = await KeyDesks.OpenAsync();
        var before = desk.Store.Head()!;
        await KeyDesks.RotateAsync(desk, "ledger");
        var (first, second) = (
            Key(desk.Cabinet.Public.Vkeys[0]),
            Key(desk.Cabinet.Public.Vkeys[1])
        );
        Assert.Equal(before.Size, Checkpoint.Open(before.Checkpoint, [first]).Size);
        var after = desk.Store.Head()!;
        Assert.Throws<FormatException>(() => Checkpoint.Open(after.Checkpoint, [first]));
        Assert.Equal(after.Size, Checkpoint.Open(after.Checkpoint, [second]).Size);
        await desk.OpenOneAsync("later");
        Checkpoint.Open(desk.Store.Head()!.Checkpoint, [second]);
    }

    [Fact]
    public async Task The_old_key_signed_that_the_new_one_takes_its_place()
    {
        await using var desk = await KeyDesks.OpenAsync();
        var old = PublicKeys.Parse(desk.Cabinet.Public.Vkey)!;
        var kid = await KeyDesks.RotateAsync(desk, "ledger");
        var entry = EraseDesk.Entries(desk).First(e => e.Kind is EntryKinds.KeyRotated);
        var members = Make.Json(Encoding.UTF8.GetString(entry.Bytes));
        Assert.Equal(desk.Cabinet.Public.Vkey, members.GetProperty("vkey").GetString());
        var proof = JwsToken.Parse(members.GetProperty("proof").GetString()!)!;
        Assert.True(Jws.Verify(proof, old, new JwsPin(JwsAlgorithm.ES256, "approval-key+jwt")));
        Assert.Equal(
            $$"""{"log":"test/ledger","purpose":"ledger","previous":"{{old.Thumbprint}}","kid":"{{kid}}"}""",
            Encoding.UTF8.GetString(proof.PayloadBytes.Span)
        );
    }

    [Fact]
    public async Task Receipts_of_before_and_after_verify_by_what_is_published()
    {
        await using var desk = await KeyDesks.OpenAsync(_clock);
        var request = await EraseDesk.RunOneAsync(desk);
        var before = JwsToken.Parse(desk.Receipts.Of(request)!.Jws)!;
        var ring = desk.Cabinet.Tokens;
        var next = ring[KeyRing.NextReceipt].Kid;
        Assert.NotNull(ring.Published(_clock.GetUtcNow()).Find(next));
        Assert.Equal(next, await KeyDesks.RotateAsync(desk, "receipt"));
        Assert.NotEqual(next, ring[KeyRing.NextReceipt].Kid, StringComparer.Ordinal);
        var after = JwsToken.Parse(desk.Receipts.Of(request)!.Jws)!;
        Assert.Equal(next, after.Kid);
        _clock.Advance(TimeSpan.FromDays(3_000));
        var published = desk.Cabinet.Tokens.Published(_clock.GetUtcNow());
        foreach (var token in (JwsToken[])[before, after])
        {
            var key = published.Find(token.Kid!)!;
            Assert.True(
                Jws.Verify(token, key, new JwsPin(JwsAlgorithm.ES256, "approval-receipt+jwt"))
            );
        }
    }

    [Fact]
    public async Task Grants_under_way_are_good_for_five_minutes_and_new_ones_have_the_key_that_was_published_ahead()
    {
        await using var desk = await KeyDesks.OpenAsync(_clock);
        var ring = desk.Cabinet.Tokens;
        var (old, next) = (ring[KeyRing.Grant].Kid, ring[KeyRing.NextGrant].Kid);
        var token = await TokenAsync(desk, "CHG-1");
        Assert.Equal(old, JwsToken.Parse(token)!.Kid);
        Assert.Equal(next, await KeyDesks.RotateAsync(desk, "grant"));
        Assert.NotEqual(next, ring[KeyRing.NextGrant].Kid, StringComparer.Ordinal);
        Assert.Equal(next, JwsToken.Parse(await TokenAsync(desk, "CHG-2"))!.Kid);

        var now = _clock.GetUtcNow();
        Assert.NotNull(ring.Grants(now.AddSeconds(299)).Find(old));
        Assert.NotNull(ring.Published(now.AddSeconds(299)).Find(old));
        Assert.Null(ring.Grants(now.AddSeconds(300)).Find(old));
        Assert.Null(ring.Published(now.AddSeconds(300)).Find(old));
        // An export has it for good.
        Assert.NotNull(ring.Every.Find(old));
        Assert.Equal(6, ring.Every.Keys.Length);
        Assert.NotNull(
            ChatApprovals.Grants.GrantToken.Open(token, ring.Grants(now), "https://bot.test")
        );
    }

    [Fact]
    public async Task Callbacks_of_before_sign_as_they_did_until_each_secret_is_rotated_too()
    {
        await using var desk = await KeyDesks.OpenAsync();
        await CallBackAsync(desk);
        var secrets = desk.Cabinet.Callbacks;
        string Id() => desk.Register.Current.Callback(Make.Agent)!.SecretId;
        var (first, secret) = (Id(), secrets.Of(Make.Agent, Id()));
        var kid = await KeyDesks.RotateAsync(desk, "callback");
        Assert.Equal(secret, secrets.Of(Make.Agent, Id()));
        Assert.Equal([Make.Agent], secrets.Outdated(desk.Register.Current));
        Assert.Contains(
            (await EraseDesk.SayAsync(desk, "ANN", "agent callback deploy-bot")).Lines,
            l => l.Contains("a key that was replaced", StringComparison.Ordinal)
        );
        await EraseDesk.SayAsync(desk, "ANN", "agent callback deploy-bot rotate");
        Assert.StartsWith(kid, Id(), StringComparison.Ordinal);
        Assert.Empty(secrets.Outdated(desk.Register.Current));
        // For a day the receiver may have either.
        Assert.Equal(first, desk.Register.Current.Callback(Make.Agent)!.Before!.SecretId);
        Assert.Equal(secret, secrets.Of(Make.Agent, first));
        Assert.NotEqual(secret, secrets.Of(Make.Agent, Id()));
        Assert.Null(desk.Cabinet.Tokens.Published(_clock.GetUtcNow()).Find(kid));
    }

    [Fact]
    public async Task Whoever_rotates_the_callbacks_key_is_told_which_agents_need_a_new_secret()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        await KeyDesks.NameAsync(desk);
        await CallBackAsync(desk);
        var reply = await EraseDesk.SayAsync(desk, "ANN", "key rotate callback");
        Assert.Contains("agent callback deploy-bot rotate", reply.Lines, StringComparer.Ordinal);
    }

    /// <summary>With a secret made from the key in use.</summary>
    private static Task<ConfigRuling> CallBackAsync(TestDesk desk) =>
        desk.Register.ChangeAsync(
            by: null,
            (_, now) =>
                new ConfigRuling.Set(
                    "callback",
                    Make.Agent.ToString(),
                    new AgentCallback(
                        Make.Agent,
                        "https://agent.acme.example/",
                        desk.Cabinet.Callbacks.NewId(),
                        now
                    ),
                    Widens: true
                ),
            TestDesk.Cancel
        );

    [Fact]
    public async Task A_key_that_was_replaced_meanwhile_is_not_replaced_again()
    {
        await using var desk = await KeyDesks.OpenAsync();
        await EraseDesk.SayAsync(desk, "ANN", "key rotate receipt");
        var first = await desk.WaitingChangeAsync();
        await EraseDesk.SayAsync(desk, "BOB", "key rotate receipt");
        var second = (await desk.Desk.PendingAsync(9, TestDesk.Cancel)).Single(a =>
            a.Id != first.Id
        );
        // Both are prepared against the same key before one is applied: the ledger decides.
        await Task.WhenAll(desk.ClickAsync(first, "BOB"), desk.ClickAsync(second, "ANN"));
        Assert.Equal(
            "The ledger is sound",
            (await EraseDesk.SayAsync(desk, "ANN", "verify")).Title
        );
        var ended = await Task.WhenAll(
            new[] { first, second }.Select(a => desk.Desk.ShowAsync(a.Id, TestDesk.Cancel))
        );
        var rotated = EraseDesk.Entries(desk).Count(e => e.Kind is EntryKinds.KeyRotated);
        Assert.Equal(ended.Count(a => a!.Status == RequestStatus.Approved), rotated);
    }

    [Fact]
    public async Task A_commit_that_fails_changes_no_key()
    {
        await using var desk = await KeyDesks.OpenAsync();
        var kid = desk.Cabinet.KidOf("ledger");
        var fact = new Fact.KeyRotated("ledger", "nobody made it", kid, "x", "y", default)
        {
            Review = "unreviewed",
        };
        await Assert.ThrowsAsync<UnavailableException>(() =>
            desk.Committer.CommitAsync(
                commit =>
                {
                    commit.Record(fact);
                    return true;
                },
                TestDesk.Cancel
            )
        );
        Assert.Equal(kid, desk.Cabinet.KidOf("ledger"));
        await desk.OpenOneAsync("goes on");
        Checkpoint.Open(desk.Store.Head()!.Checkpoint, [TestDesk.Vkey]);
    }

    private static NoteKey Key(string vkey) =>
        NoteKey.TryParse(vkey, out var key) ? key : throw new FormatException(vkey);

    private static async Task<string> TokenAsync(TestDesk desk, string change)
    {
        var request = await EraseDesk.AskAsync(desk, change);
        await EraseDesk.DecideAsync(desk, request, "CAROL");
        return Assert
            .IsType<Issued.Granted>(
                await desk.Grants.IssueAsync(
                    Make.Agent,
                    request.Id,
                    new KeyProof.None(),
                    TestDesk.Cancel
                )
            )
            .Token;
    }
}

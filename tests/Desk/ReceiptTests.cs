using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Desk;

/// <summary>A receipt says what was decided, is signed, and its entry is provably in the ledger.</summary>
public sealed class ReceiptTests
{
    private static readonly JwsPin s_pin = new(JwsAlgorithm.ES256, "approval-receipt+jwt");

    [Fact]
    public async Task It_says_what_was_decided_by_whom_and_where_that_stands()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await DecidedAsync(desk, Verdict.Approved);
        var claims = Verified(desk.Receipts.Of(approval)!).Payload;
        Assert.Equal(
            "iss iat jti txn outcome agent initiator action resource binding_hash policy decisions entry",
            string.Join(' ', claims.EnumerateObject().Select(m => m.Name))
        );
        Assert.Equal("https://bot.test", Text(claims, "iss"));
        Assert.Equal(
            approval.EndedAt!.Value.ToUnixTimeSeconds(),
            claims.GetProperty("iat").GetInt64()
        );
        Assert.Equal(approval.Id.ToString(), Text(claims, "txn"));
        Assert.Equal("approved", Text(claims, "outcome"));
        Assert.Equal("deploy-bot", Text(claims, "agent"));
        Assert.Equal("alice@acme.example", Text(claims.GetProperty("initiator"), "id"));
        Assert.Equal("iam.role.attach_policy", Text(claims.GetProperty("action"), "name"));
        Assert.Equal(approval.Opening.BindingHash, Text(claims, "binding_hash"));
        Assert.Equal(
            approval.Opening.Policy.ContentHash(),
            Text(claims.GetProperty("policy"), "hash")
        );
        var decision = Assert.Single(claims.GetProperty("decisions").EnumerateArray());
        Assert.Equal(
            "verdict person surface account at reason display_hash evidence_hash",
            string.Join(' ', decision.EnumerateObject().Select(m => m.Name))
        );
        Assert.Equal("approved", Text(decision, "verdict"));
        Assert.Equal(Make.Slack("BOB").ToString(), Text(decision, "account"));
        Assert.Equal("evidence", Text(decision, "evidence_hash"));
    }

    [Theory]
    [InlineData(Verdict.Approved)]
    [InlineData(Verdict.Rejected)]
    public async Task Its_proof_leads_from_the_entry_to_a_signed_checkpoint(Verdict verdict)
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await DecidedAsync(desk, verdict);
        await desk.OpenOneAsync("later");
        var receipt = desk.Receipts.Of(approval)!;
        var entry = Verified(receipt).Payload.GetProperty("entry");
        var seq = entry.GetProperty("seq").GetInt64();
        var stored = Assert.Single(desk.Store.Entries(seq, 1));
        Assert.Equal(approval.Id.ToString(), stored.Txn);
        Assert.True(EntryKinds.IsEnd(stored.Kind));
        Assert.Equal(
            Base64UrlText.Encode(MerkleTree.LeafHash(stored.Bytes)),
            Text(entry, "leaf_hash")
        );
        var proof = TlogProof.Parse(receipt.Proof);
        Assert.Equal(seq, proof.Index);
        Assert.Equal(desk.Store.Head()!.Size, proof.Verify(stored.Bytes, [TestDesk.Vkey]).Size);
        Assert.Throws<FormatException>(() =>
            proof.Verify(desk.Store.Entries(seq - 1, 1)[0].Bytes, [TestDesk.Vkey])
        );
    }

    [Fact]
    public async Task There_is_none_before_the_end_and_one_of_every_end()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        Assert.Null(desk.Receipts.Of(approval));
        await desk.Desk.CancelAsync(Make.Agent, approval.Id, "not needed", TestDesk.Cancel);
        var ended = await desk.Desk.ShowAsync(approval.Id, TestDesk.Cancel);
        var claims = Verified(desk.Receipts.Of(ended!)!).Payload;
        Assert.Equal("cancelled", Text(claims, "outcome"));
        Assert.Empty(claims.GetProperty("decisions").EnumerateArray());
    }

    [Fact]
    public async Task A_changed_claim_another_type_and_another_key_are_refused()
    {
        await using var desk = await TestDesk.OpenAsync();
        var receipt = desk.Receipts.Of(await DecidedAsync(desk, Verdict.Rejected))!;
        var parts = receipt.Jws.Split('.');
        var claims = Encoding.UTF8.GetString(Verified(receipt).PayloadBytes.Span);
        var better = claims.Replace("\"denied\"", "\"approved\"", StringComparison.Ordinal);
        Assert.DoesNotContain("\"denied\"", better, StringComparison.Ordinal);
        var forged =
            $"{parts[0]}.{Base64UrlText.Encode(Encoding.UTF8.GetBytes(better))}.{parts[2]}";
        var key = TestDesk.ReceiptKey.Public;
        Assert.False(Jws.Verify(JwsToken.Parse(forged)!, key, s_pin));
        var token = JwsToken.Parse(receipt.Jws)!;
        Assert.False(Jws.Verify(token, key, s_pin with { Typ = "approval-grant+jwt" }));
        using var other = System.Security.Cryptography.ECDsa.Create(
            System.Security.Cryptography.ECCurve.NamedCurves.nistP256
        );
        Assert.False(Jws.Verify(token, Jwk.FromEcdsa(other), s_pin));
    }

    [Fact]
    public async Task Npm_jose_and_node_crypto_accept_it_with_its_proof_and_nothing_that_was_changed()
    {
        SharedData.SkipUnless(
            System.IO.Directory.Exists(SharedData.InRepository("tests/node/node_modules/jose")),
            "npm ci was not run in tests/node"
        );
        await using var desk = await TestDesk.OpenAsync();
        var receipt = desk.Receipts.Of(await DecidedAsync(desk, Verdict.Approved))!;
        var (exit, output) = await NodeAsync(desk, receipt);
        Assert.Equal(0, exit);
        var said = JsonElement.Parse(output);
        Assert.Equal(TestDesk.ReceiptKey.Kid, Text(said.GetProperty("header"), "kid"));
        Assert.Equal(
            Encoding.UTF8.GetString(Verified(receipt).PayloadBytes.Span),
            said.GetProperty("payload").GetRawText()
        );
        await desk.OpenOneAsync("more");
        var another = desk.Receipts.Of(await DecidedAsync(desk, Verdict.Approved, "CHG-2"))!;
        Assert.NotEqual(0, (await NodeAsync(desk, receipt with { Proof = another.Proof })).Exit);
    }

    private static Task<(int Exit, string Output)> NodeAsync(TestDesk desk, Receipt receipt)
    {
        var seq = Verified(receipt).Payload.GetProperty("entry").GetProperty("seq").GetInt64();
        return OtherProgram.Run(
            "node",
            [SharedData.InRepository("tests/node/check-receipt.mjs")],
            JsonSerializer.Serialize(
                new
                {
                    receipt = receipt.Jws,
                    proof = receipt.Proof,
                    issuer = "https://bot.test",
                    entry = Convert.ToBase64String(desk.Store.Entries(seq, 1)[0].Bytes),
                    vkey = TestDesk.Vkey.ToString(),
                    jwks = new { keys = new[] { TestDesk.ReceiptKey.Public.Members } },
                }
            ),
            TestDesk.Cancel
        );
    }

    private static async Task<Approval> DecidedAsync(
        TestDesk desk,
        Verdict verdict,
        string change = "CHG-1"
    )
    {
        var approval = await desk.OpenOneAsync(change);
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(approval, "BOB", verdict));
        return (await desk.Desk.ShowAsync(approval.Id, TestDesk.Cancel))!;
    }

    private static JwsToken Verified(Receipt receipt)
    {
        var token = JwsToken.Parse(receipt.Jws)!;
        Assert.True(Jws.Verify(token, TestDesk.ReceiptKey.Public, s_pin));
        return token;
    }

    private static string Text(JsonElement e, string name) => e.GetProperty(name).GetString()!;
}

using System.Globalization;

namespace ChatApprovals.Export;

/// <summary><c>VERIFY.md</c>: how to check a bundle with programs that are not ours.</summary>
internal static class VerifyPage
{
    public static string Text(LedgerSpan span) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            # How to verify this bundle

            Ledger `{{span.Origin}}`, {{span.Head.Size}} entries (0 to {{span.Head.Size
                - 1}}). The views (`events.*`, `transcript.html`,
            `report.html`), `content/`, `receipts/` and `proofs/` cover entries {{span.From}} to before {{span.To}}.

            **Bring your own key and checkpoint.** A key that comes with the bundle proves only that the bundle agrees with itself.
            Compare `keys/*.vkey` with the one that you were given when the ledger began, and keep each `checkpoint` that you
            see: only a later one shows that a ledger was cut back.

            With the product's own verifier, offline; it rebuilds the whole tree and says the first thing that is wrong:

                dotnet ChatApprovals.dll verify BUNDLE.zip --known-checkpoint OLD-CHECKPOINT --key YOUR.vkey


            """
        ) + Checks;

    private const string Checks = $$"""
        ## The files, with sha256sum

            unzip -q BUNDLE.zip -d bundle && cd bundle
            sha256sum --check --quiet MANIFEST.sha256

        `MANIFEST.jws` is a JWS (ES256, `typ` `{{Bundle.SealTyp}}`) whose `manifest_sha256` is the SHA-256 of `MANIFEST.sha256`.

        ## The checkpoint's signature, with openssl

            cut -d+ -f3- keys/*.vkey | base64 -d | tail -c +2 | openssl pkey -pubin -inform DER -out key.pem
            sed '/^$/,$d' checkpoint > text
            tail -n 1 checkpoint | cut -d' ' -f3 | base64 -d | tail -c +5 > signature
            openssl dgst -sha256 -verify key.pem -signature signature text

        ## Receipts, with jose

            for r in receipts/*.jws; do jose jws ver -i "$r" -k keys/jwks.json -O- > claims.json || echo "wrong: $r"; done

        or in a page of JavaScript: `jwtVerify(text, createLocalJWKSet(jwks), {algorithms: ['ES256'], typ: 'approval-receipt+jwt'})`.

        ## The tree, with any RFC 6962 verifier

        `tile/entries/…` has the entries (C2SP tlog-tiles: each behind its length, two bytes, big-endian). Hash each
        (`SHA-256(00 || entry)`), rebuild the tree from **all** of them (`SHA-256(01 || left || right)`) and compare the root with
        the third line of `checkpoint`. Do not trust `tile/0/…`: a forged entry with its forged tile satisfies a verifier that
        does (CVE-2026-56865). In Go: `tlog.StoredHashes` and `tlog.TreeHash` of `golang.org/x/mod/sumdb/tlog`.
        `proofs/*.tlog-proof` are C2SP tlog-proofs of the entries that ended the requests.

        ## What is beside the ledger

        `content/…` holds, one a line, `seq`, `salt` and `body`: SHA-256 of the salt's bytes and then the body's, in
        base64url, is the `content` member of entry `seq`. What is not there was erased, if an `erasure.performed` names the
        entry in its `entries`: it says when, by whom, and who confirmed it. Nothing else may be missing.

        ## What all this proves, and what not

        That these entries, in this order, are what the service signed. It is the service's word for who decided: it
        binds the account that Slack, Teams or your directory asserted. A bundle alone cannot show that the ledger was cut
        back to an older checkpoint.

        """;
}

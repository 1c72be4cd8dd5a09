using System.Globalization;
using ChatApprovals.Desk;

namespace ChatApprovals.Export;

/// <summary><c>VERIFY.md</c>: how to check a bundle with programs that are not ours.</summary>
internal static class VerifyPage
{
    /// <param name="span">What it is of.</param>
    /// <param name="kid">Of the key in use.</param>
    /// <param name="line">Of the Ed25519 key in use; null: there is none.</param>
    public static string Text(LedgerSpan span, string kid, string? line) =>
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
        )
        + Checks
            .Replace(Kid, kid, StringComparison.Ordinal)
            .Replace(
                Second,
                line is null ? "" : Ed25519.Replace(Kid, line, StringComparison.Ordinal),
                StringComparison.Ordinal
            );

    /// <summary>Where what is said of the second line stands.</summary>
    private const string Second = "<ed25519>";

    private const string Ed25519 = $$"""

        ## The checkpoint's second line, with openssl or Go

        The same text, signed with Ed25519 for whoever knows nothing else. OpenSSL 1.1.1 or later:

            { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; cut -d+ -f3- keys/{{Kid}}.vkey | base64 -d | tail -c 32; } | openssl pkey -pubin -inform DER -out ed25519.pem
            sed '1,/^$/d' checkpoint | sed -n 2p | cut -d' ' -f3 | base64 -d | tail -c 64 > signature
            openssl pkeyutl -verify -rawin -pubin -inkey ed25519.pem -in text -sigfile signature

        In Go, with nothing of ours: `note.NewVerifier` of `golang.org/x/mod/sumdb/note` takes the text of `keys/{{Kid}}.vkey`, and
        `note.Open` the whole of `checkpoint`. When that key is replaced, a `key.rotated` of purpose `{{KeyChain.Ed25519}}` has in `proof` a
        note of the key before it, which `note.Open` takes too.

        """;

    /// <summary>Where the thumbprint of the key stands that the checkpoint is signed with.</summary>
    private const string Kid = "<kid>";

    private const string Checks = $$"""
        ## The files, with sha256sum

            unzip -q BUNDLE.zip -d bundle && cd bundle
            sha256sum --check --quiet MANIFEST.sha256

        `MANIFEST.jws` is a JWS (ES256, `typ` `{{Bundle.SealTyp}}`) whose `manifest_sha256` is the SHA-256 of `MANIFEST.sha256`.

        ## The checkpoint's signature, with openssl

            cut -d+ -f3- keys/{{Kid}}.vkey | base64 -d | tail -c +2 | openssl pkey -pubin -inform DER -out key.pem
            sed '/^$/,$d' checkpoint > text
            sed '1,/^$/d' checkpoint | head -n 1 | cut -d' ' -f3 | base64 -d | tail -c +5 > signature
            openssl dgst -sha256 -verify key.pem -signature signature text
        <ed25519>
        `keys/` has every key that the ledger ever had. Who knows an older one follows from it: a `key.rotated` entry has the new
        `vkey`, and its `proof` is a JWS (ES256, `typ` `{{KeyChain.Typ}}`) of the key before it over `log`, `purpose`, `previous`
        and `kid`. A checkpoint is signed by the key that the last such entry under it names.

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
        entry in its `entries`: it says when, by whom, and who confirmed it. Of a part, contents are here of its own entries and of the
        earlier ones of requests that ended in it; of these, nothing else may be missing.

        ## The anchors

        `anchors/<anchor>/<size>.checkpoint` is a checkpoint of this ledger that was given to somebody else; the bundle's own comes there after
        you have it. Each is signed like `checkpoint` above, and its root is that of the first `<size>` entries. `verify --known-checkpoint`
        takes such a file, or a directory of them, **from the anchor itself**: the copies here only tell where to look.

        - `anchors/timestamp/<size>.tsr`: an RFC 3161 time stamp of the bytes of the `.checkpoint` beside it. With the authority's root, from the authority:

              openssl ts -verify -in anchors/timestamp/SIZE.tsr -data anchors/timestamp/SIZE.checkpoint -CAfile ROOT.pem
              openssl ts -reply -in anchors/timestamp/SIZE.tsr -text

        - `anchors/witness/<size>.checkpoint` has one more line, the witness's cosignature (C2SP `cosignature/v1`): in base64 four bytes of key id, eight
          of time (seconds, big-endian), and an Ed25519 signature over `cosignature/v1`, `time <seconds>` and the checkpoint's three lines, each with a line feed. With
          the witness's key, from its operator (behind `name+id+` base64 of `04` and 32 bytes; `WITNESS.vkey`):

              f=anchors/witness/SIZE.checkpoint; tail -n 1 $f | cut -d' ' -f3 | base64 -d > line
              seconds=$(head -c 12 line | tail -c 8 | od -An -tx1 | tr -d ' \n')
              { printf 'cosignature/v1\ntime %d\n' "0x$seconds"; sed '/^$/,$d' $f; } > message
              { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; cut -d+ -f3- WITNESS.vkey | base64 -d | tail -c 32; } | openssl pkey -pubin -inform DER -out witness.pem
              tail -c 64 line > signature
              openssl pkeyutl -verify -rawin -pubin -inkey witness.pem -in message -sigfile signature

        - `anchors/slack…`, `anchors/teams…`: the `.json` says where the message is and when the platform took it (`clock` `bot`: our time, the platform said none).
          Open it and compare the lines.
        - `anchors/directory/…`: compare with the file of that size in the directory, or in its git history.

        ## What all this proves, and what not

        That these entries, in this order, are what the service signed. It is the service's word for who decided: it
        binds the account that Slack, Teams or your directory asserted. A bundle alone cannot show that the ledger was cut
        back to an older checkpoint.

        """;
}

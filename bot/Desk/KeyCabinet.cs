using System.Collections.Immutable;
using System.Security.Cryptography;
using ChatApprovals.Approvals;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>
/// The private keys, each in a file of its own that only its owner may read, and the one place that makes new ones.
/// Which of them is in use the ledger says, not a file's name: <c>&lt;purpose&gt;.pem</c> is the first, every later one
/// <c>&lt;purpose&gt;-&lt;kid&gt;.pem</c>. None is ever replaced or deleted; the public half of each stands beside it, for
/// everybody, and stays.
/// </summary>
public sealed class KeyCabinet
{
    private static readonly ImmutableArray<string> s_tokens =
    [
        KeyRing.Receipt,
        KeyRing.NextReceipt,
        KeyRing.Grant,
        KeyRing.NextGrant,
        KeyRing.Callback,
    ];

    private readonly string _directory;
    private readonly string _origin;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Rotation> _prepared = new(StringComparer.Ordinal);
    private SigningKey _ledger;

    /// <param name="directory">Where keys are made.</param>
    /// <param name="origin">The ledger's origin line: the name in its verifier keys.</param>
    /// <param name="ledger">The key that signs checkpoints.</param>
    /// <param name="tokens">Those that sign tokens, and the callbacks' own.</param>
    /// <param name="vkeys">The ledger's verifier keys, the first one first: the last is <paramref name="ledger"/>'s.</param>
    /// <param name="line">Signs the second line of checkpoints; null: there is none.</param>
    /// <param name="lines">Its verifier keys, in the same way.</param>
    public KeyCabinet(
        string directory,
        string origin,
        SigningKey ledger,
        KeyRing tokens,
        ImmutableArray<string> vkeys,
        LineKey? line,
        ImmutableArray<string> lines
    )
    {
        (_directory, _origin, _ledger, Tokens) = (directory, origin, ledger, tokens);
        Line = line;
        Public = new PublicKeys(tokens, vkeys, lines);
        Callbacks = new CallbackSecrets(
            tokens,
            // Its file was durable before it was used, and is never deleted by us.
            kid => KeyFiles.Find(directory, origin, KeyRing.Callback, kid)
        );
    }

    /// <summary>What <c>key rotate</c> can be said of.</summary>
    public static ImmutableArray<string> Purposes { get; } =
    [KeyChain.Ledger, KeyRing.Receipt, KeyRing.Grant, KeyRing.Callback];

    /// <summary>The key that signs checkpoints.</summary>
    public ECDsa Ledger => _ledger.Key;

    /// <summary>The Ed25519 key beside it; null: this platform has none.</summary>
    public LineKey? Line { get; private set; }

    /// <summary>The thumbprint of the key in use.</summary>
    public string KidOf(string purpose) =>
        purpose is KeyChain.Ledger ? _ledger.Kid : Tokens[purpose].Kid;

    public KeyRing Tokens { get; }

    public PublicKeys Public { get; }

    /// <summary>The secrets that are made from the callbacks' key.</summary>
    public CallbackSecrets Callbacks { get; }

    /// <summary>
    /// The keys that the ledger says are in use; those that it names none of are made, durable on return.
    /// </summary>
    /// <param name="dataDirectory">Where the ledger is: the lock on it is held.</param>
    /// <param name="origin">The ledger's origin line: the name in its verifier keys.</param>
    /// <param name="store">The ledger.</param>
    /// <exception cref="KeyFileException">
    /// A file is missing, another's, readable by others, not ours or no P-256 key: which, and how to mend it.
    /// </exception>
    public static KeyCabinet Open(string dataDirectory, string origin, IStore store)
    {
        var directory = Path.Combine(dataDirectory, "keys");
        System.IO.Directory.CreateDirectory(directory);
        var chain = new KeyChain(origin, find: null);
        foreach (var entry in store.Keys())
        {
            chain.WhyNot(entry);
        }

        var files = KeyFiles.Read(directory, origin);
        var ledger = files.Of(KeyChain.Ledger, chain, mayMake: store.Head() is null);
        var tokens = s_tokens.Select(p => files.Of(p, chain, mayMake: true)).ToImmutableArray();
        KeyFiles.Publish(
            directory,
            $"{ledger.Kid}.vkey",
            NoteKey.FromEcdsa(origin, ledger.Key).ToString()
        );
        foreach (var token in tokens)
        {
            KeyFiles.Publish(directory, $"{token.Kid}.jwk", token.Public.Members.GetRawText());
        }

        var ring = KeyRing.Of(tokens, Retired(files, chain));
        ImmutableArray<string> vkeys =
        [
            .. chain
                .Keys.Where(k => k.Purpose is KeyChain.Ledger && k.RetiredAt is not null)
                .Select(k => files.Vkey(k, origin)),
            NoteKey.FromEcdsa(origin, ledger.Key).ToString(),
        ];
        var line = files.Lines.Of(chain);
        return new KeyCabinet(
            directory,
            origin,
            ledger,
            ring,
            vkeys,
            line,
            Lines(files, chain, line)
        );
    }

    private static ImmutableArray<RetiredKey> Retired(KeyFiles files, KeyChain chain) =>
        [
            .. chain
                .Keys.Where(k =>
                    k.RetiredAt is not null
                    && k.Purpose is KeyRing.Receipt or KeyRing.Grant or KeyRing.Callback
                )
                .Select(k => new RetiredKey(k.Purpose, files.Jwk(k), k.RetiredAt!.Value)),
        ];

    /// <summary>The verifier keys of the second line that the ledger names, and in a file for everybody the one that it will.</summary>
    private static ImmutableArray<string> Lines(KeyFiles files, KeyChain chain, LineKey? line)
    {
        if (line is not null)
        {
            KeyFiles.Publish(files.Directory, $"{line.Kid}.vkey", line.Public.ToString());
        }

        return
        [
            .. chain
                .Keys.Where(k => k.Purpose is KeyChain.Ed25519)
                .Select(k => files.Lines.Vkey(k)),
        ];
    }

    /// <summary>
    /// A key to take the place of the one in use, in its file before this returns; nothing is signed with it, and it
    /// is used by no one, until <c>key.rotated</c> is in the ledger. One that was made before and not used is taken.
    /// </summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    internal Rotation Prepare(string purpose, IStore store)
    {
        lock (_gate)
        {
            System.IO.Directory.CreateDirectory(_directory);
            var files = KeyFiles.Read(_directory, _origin);
            var used = store.Keys().Select(e => e.Txn).ToHashSet(StringComparer.Ordinal);
            var previous = purpose is KeyChain.Ledger ? _ledger : Tokens[purpose];
            var ahead = KeyRing.NextOf(purpose);
            var next = ahead is null ? null : files.Unused(ahead, used);
            var key = ahead is null
                ? files.Unused(purpose, used)
                : Tokens[ahead] with
                {
                    Purpose = purpose,
                };
            var known =
                purpose is KeyChain.Ledger
                    ? NoteKey.FromEcdsa(_origin, key.Key).ToString()
                    : key.Public.Members.GetRawText();
            var rotation = new Rotation(
                key,
                next,
                previous.Kid,
                known,
                KeyChain.Prove(_origin, previous, purpose, key.Kid)
            )
            {
                Line = purpose is KeyChain.Ledger ? LineTurn(files.Lines, used) : null,
            };
            _prepared[key.Kid] = rotation;
            return rotation;
        }
    }

    /// <summary>The second line has another key from then on too, if there is one that the ledger knows.</summary>
    private LineRotation? LineTurn(LineKeyFiles files, HashSet<string> used)
    {
        if (Line is not { } line || !used.Contains(line.Kid))
        {
            return null;
        }

        var next = files.Unused(used);
        return new LineRotation(next, line.Kid, line.Prove(next.Public));
    }

    /// <summary>The new key of the second line, for the same checkpoint.</summary>
    internal LineKey LineKeyFor(Fact.KeyRotated rotated)
    {
        lock (_gate)
        {
            return _prepared
                .Values.Select(r => r.Line?.Key)
                .First(k => string.Equals(k?.Kid, rotated.Kid, StringComparison.Ordinal))!;
        }
    }

    /// <summary>The ledger's new key, for the checkpoint that covers its entry.</summary>
    internal ECDsa LedgerKeyFor(Fact.KeyRotated rotated)
    {
        lock (_gate)
        {
            return _prepared[rotated.Kid].Key.Key;
        }
    }

    /// <summary>The entry is durable: the new key signs from now on, the old one is kept to verify.</summary>
    internal void Use(Fact fact, DateTimeOffset at)
    {
        lock (_gate)
        {
            if (fact is not Fact.KeyRotated rotated)
            {
                UseLine(Line);
                return;
            }

            if (!_prepared.Remove(rotated.Kid, out var turn))
            {
                return;
            }

            if (rotated.Purpose is KeyChain.Ledger)
            {
                _ledger = turn.Key;
                Public.Add(turn.Public);
                Publish($"{rotated.Kid}.vkey", turn.Public);
                UseLine(turn.Line?.Key);
                return;
            }

            Tokens.Turn(at, turn.Next is { } next ? [turn.Key, next] : [turn.Key]);
            foreach (var key in Tokens.All)
            {
                Publish($"{key.Kid}.jwk", key.Public.Members.GetRawText());
            }
        }
    }

    private void UseLine(LineKey? line)
    {
        if (line is not null)
        {
            Line = line;
            Public.AddLine(line.Public.ToString());
            Publish($"{line.Kid}.vkey", line.Public.ToString());
        }
    }

    /// <summary>What cannot be written now is written at the next start: the ledger has it anyway.</summary>
    private void Publish(string name, string text)
    {
        try
        {
            KeyFiles.Publish(_directory, name, text);
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // See above.
        }
    }
}

using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>A key takes another's place by its entry: the checkpoint over it is the first that it signs.</content>
public sealed partial class Committer
{
    private readonly List<Fact> _turned = [];
    private KeyCabinet? _cabinet;

    /// <summary>Where the keys are that facts name. Call before the first commit.</summary>
    public void UseKeysOf(KeyCabinet cabinet)
    {
        _cabinet = cabinet;
        SignAlsoWith(cabinet.Line);
    }

    /// <summary>
    /// Signs the second line of checkpoints too, if the ledger names this key. Call before the first commit.
    /// </summary>
    public void SignAlsoWith(LineKey? line)
    {
        if (
            line is not null
            && _store.Keys().Any(k => string.Equals(k.Txn, line.Kid, StringComparison.Ordinal))
        )
        {
            _head.SignAlsoWith(line.Key);
            _head.Keep();
        }
    }

    private void Turn(Fact fact)
    {
        if (_cabinet is not { } cabinet)
        {
            return;
        }

        switch (fact)
        {
            case Fact.KeyCreated { Purpose: KeyChain.Ed25519 } when cabinet.Line is { } line:
                _head.SignAlsoWith(line.Key);
                _turned.Add(fact);
                break;
            case Fact.KeyRotated { Purpose: KeyChain.Ed25519 } rotated:
                _head.SignAlsoWith(cabinet.LineKeyFor(rotated).Key);
                break;
            case Fact.KeyRotated { Purpose: KeyChain.Ledger } rotated:
                _head.SignWith(cabinet.LedgerKeyFor(rotated));
                _turned.Add(rotated);
                break;
            case Fact.KeyRotated:
                _turned.Add(fact);
                break;
        }
    }

    /// <summary>The transaction is durable.</summary>
    private void UseKeys(DateTimeOffset now)
    {
        _head.Keep();
        foreach (var fact in _turned)
        {
            _cabinet!.Use(fact, now);
        }

        _turned.Clear();
    }
}

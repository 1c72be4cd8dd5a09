using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>A key takes another's place by its entry: the checkpoint over it is the first that it signs.</content>
public sealed partial class Committer
{
    private readonly List<Fact.KeyRotated> _turned = [];
    private KeyCabinet? _cabinet;

    /// <summary>Where the keys are that facts name. Call before the first commit.</summary>
    public void UseKeysOf(KeyCabinet cabinet) => _cabinet = cabinet;

    private void Turn(Fact fact)
    {
        if (_cabinet is not { } cabinet || fact is not Fact.KeyRotated rotated)
        {
            return;
        }

        _turned.Add(rotated);
        if (rotated.Purpose is KeyChain.Ledger)
        {
            _head.SignWith(cabinet.LedgerKeyFor(rotated));
        }
    }

    /// <summary>The transaction is durable.</summary>
    private void UseKeys(DateTimeOffset now)
    {
        _head.Keep();
        foreach (var rotated in _turned)
        {
            _cabinet!.Use(rotated, now);
        }

        _turned.Clear();
    }
}

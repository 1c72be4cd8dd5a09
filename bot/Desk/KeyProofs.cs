using ChatApprovals.Grants;
using ChatApprovals.Jose;

namespace ChatApprovals.Desk;

/// <summary>
/// Reads what agents send to show that they have a key. A proof is used once: whoever reads it keeps it, or gives it back
/// when nothing came of the call.
/// </summary>
/// <param name="publicUrl">Where the bot is called, without a slash at its end: the address in proofs for it.</param>
/// <param name="clock">Judges how old a proof is.</param>
public sealed class KeyProofs(string publicUrl, TimeProvider clock)
{
    private readonly SeenProofs _seen = new();

    /// <summary>Of a call to the bot itself.</summary>
    /// <param name="proof">As sent; null: none was.</param>
    /// <param name="method">The call's.</param>
    /// <param name="path">The call's, from its slash.</param>
    /// <param name="token">What it must name by its hash; null: nothing.</param>
    public TakenProof OfCall(string? proof, string method, string path, string? token) =>
        Read(proof, new DpopCall(method, publicUrl + path, token));

    /// <summary>Of a call to a guard, which tells its method and address as it saw them.</summary>
    public TakenProof OfGuard(string proof, string method, string address, string token) =>
        Read(proof, new DpopCall(method, address, token));

    /// <summary>None was sent.</summary>
    public static TakenProof None() => new(new KeyProof.None(), () => { });

    private TakenProof Read(string? proof, DpopCall call)
    {
        if (proof is null)
        {
            return None();
        }

        var now = clock.GetUtcNow();
        return DpopProof.Read(proof, call, now) switch
        {
            DpopReading.Accepted one => _seen.WhyNot(one, now) is { } why
                ? Bad(why)
                : new TakenProof(new KeyProof.Of(one.Jkt), () => _seen.GiveBack(one)),
            DpopReading.Refused(var why) => Bad(why),
            _ => throw new InvalidOperationException("a reading of no kind"),
        };
    }

    private static TakenProof Bad(string why) => new(new KeyProof.Bad(why), () => { });
}

/// <summary>
/// A proof while its call is judged: meanwhile no other call can use it. Afterwards it can, unless it was kept:
/// a guard whose call was refused for something else, or not answered, has no other proof to try again with.
/// </summary>
public sealed class TakenProof(KeyProof proof, Action giveBack) : IDisposable
{
    private bool _isOver;

    public KeyProof Proof => proof;

    /// <summary>Something came of it: it is never taken again.</summary>
    public void Keep() => _isOver = true;

    public void Dispose()
    {
        if (!_isOver)
        {
            _isOver = true;
            giveBack();
        }
    }
}

using ChatApprovals.Grants;
using ChatApprovals.Jose;

namespace ChatApprovals.Desk;

/// <summary>Reads what agents send to show that they have a key. A proof is taken once.</summary>
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
    public KeyProof OfCall(string? proof, string method, string path, string? token) =>
        Read(proof, new DpopCall(method, publicUrl + path, token));

    /// <summary>Of a call to a guard, which tells its method and address as it saw them.</summary>
    public KeyProof OfGuard(string proof, string method, string address, string token) =>
        Read(proof, new DpopCall(method, address, token));

    private KeyProof Read(string? proof, DpopCall call)
    {
        if (proof is null)
        {
            return new KeyProof.None();
        }

        var now = clock.GetUtcNow();
        return DpopProof.Read(proof, call, now) switch
        {
            DpopReading.Accepted one => _seen.WhyNot(one, now) is { } why
                ? new KeyProof.Bad(why)
                : new KeyProof.Of(one.Jkt),
            DpopReading.Refused(var why) => new KeyProof.Bad(why),
            _ => throw new InvalidOperationException("a reading of no kind"),
        };
    }
}

using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Jose;

/// <summary>
/// Which proofs came in the last minutes, so that each is taken once (RFC 9449, 11.1). Bounded: when more come
/// than can be remembered, further ones are refused, as no replay could be told any more. Thread-safe.
/// </summary>
/// <param name="max">How many are remembered of each two minutes; 32 bytes each, and the set's own.</param>
public sealed class SeenProofs(int max = SeenProofs.UsualMax)
{
    public const int UsualMax = 50_000;

    /// <summary>From the earliest to the latest moment at which one proof could be accepted.</summary>
    private const long Span = 2 * DpopProof.Window + 1;

    private readonly Lock _one = new();
    private HashSet<string> _now = new(StringComparer.Ordinal);
    private HashSet<string> _before = new(StringComparer.Ordinal);
    private long _span;

    /// <summary>Why it is not taken, or null: it is, and never again unless it is given back.</summary>
    public string? WhyNot(DpopReading.Accepted proof, DateTimeOffset now)
    {
        var name = NameOf(proof);
        lock (_one)
        {
            Forget(now.ToUnixTimeSeconds() / Span);
            return _before.Contains(name) || _now.Contains(name) ? "jti: this proof was used."
                : _now.Count >= max ? "Too many proofs come in; try again in a minute."
                : Take(name);
        }
    }

    /// <summary>It was not used after all.</summary>
    public void GiveBack(DpopReading.Accepted proof)
    {
        var name = NameOf(proof);
        lock (_one)
        {
            _now.Remove(name);
            _before.Remove(name);
        }
    }

    private static string NameOf(DpopReading.Accepted proof) =>
        Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes($"{proof.Jkt} {proof.Jti}")));

    private string? Take(string name)
    {
        _now.Add(name);
        return null;
    }

    /// <summary>What came in the span before this one may still be accepted, what came earlier may not.</summary>
    private void Forget(long span)
    {
        if (span <= _span)
        {
            return;
        }

        (_before, _now) = (span == _span + 1 ? _now : [], []);
        _span = span;
    }
}

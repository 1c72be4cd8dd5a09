using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Jose;

namespace ChatApprovals.Desk;

/// <summary>
/// What <c>key rotate</c> comes to, judged inside the commit that carries it out. The new key is in its file before,
/// and signs only after: killed in between, the ledger says which of the two is in use.
/// </summary>
internal static class Rotating
{
    /// <summary>As an area of the configuration: the ledger's own entries say what is so.</summary>
    public const string Area = "key";

    /// <summary>What an administrator wants, as others are shown it.</summary>
    public static ConfigRuling.Set Wish(string purpose, string kid) =>
        new(
            Area,
            purpose,
            new
            {
                InUse = kid,
                Becomes = "a new key, made when this is approved; "
                    + (
                        purpose is KeyRing.Callback
                            ? "secrets made from the one in use sign until each agent's is rotated"
                            : "the one in use stays published, to verify what it signed"
                    ),
            },
            Widens: true
        );

    public static (ImmutableArray<Fact> Facts, string? WhyNot) Facts(
        Commit commit,
        string purpose,
        Rotation? rotation,
        PersonId by,
        (PersonId By, RequestId Change)? confirmed
    )
    {
        var chain = new KeyChain("", find: null);
        foreach (var entry in commit.Store.Keys())
        {
            chain.WhyNot(entry);
        }

        if (
            rotation is null
            || !string.Equals(chain.Current(purpose), rotation.Previous, StringComparison.Ordinal)
        )
        {
            return (
                [],
                "Not applied: this key was replaced since it was proposed. Propose it again."
            );
        }

        var rotated = new Fact.KeyRotated(
            purpose,
            rotation.Key.Kid,
            rotation.Previous,
            rotation.Public,
            rotation.Proof,
            by
        )
        {
            Review = confirmed is null ? Configuration.Unreviewed : "confirmed",
            ConfirmedBy = confirmed?.By,
            Change = confirmed?.Change,
        };
        return (
            [
                rotated,
                .. rotation.Next is { } next
                    ? [new Fact.KeyCreated(next.Purpose, next.Kid)]
                    : Array.Empty<Fact>(),
                .. rotation.Line is { } line ? [Line(rotated, line)] : Array.Empty<Fact>(),
            ],
            null
        );
    }

    /// <summary>The key of the second line goes with the ledger's: whoever may have had the one may have had the other.</summary>
    private static Fact.KeyRotated Line(Fact.KeyRotated rotated, LineRotation line) =>
        rotated with
        {
            Purpose = KeyChain.Ed25519,
            Kid = line.Key.Kid,
            Previous = line.Previous,
            Public = line.Key.Public.ToString(),
            Proof = line.Proof,
        };
}

using System.Security.Cryptography.X509Certificates;
using System.Text;
using ChatApprovals.Anchors;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>What an auditor knows of the anchors, from elsewhere than the bundle.</summary>
/// <param name="Witnesses">Of one of them there must be a cosignature; empty: whose it is, is not asked.</param>
/// <param name="TimestampRoots">What an authority's certificates must lead to.</param>
public sealed record AnchorTrust(
    IReadOnlyList<WitnessKey> Witnesses,
    X509Certificate2Collection? TimestampRoots
)
{
    public static AnchorTrust None { get; } = new([], null);

    /// <summary>Of whom a cosignature is wanted.</summary>
    internal string Names => string.Join(" or ", Witnesses.Select(w => w.Name));
}

/// <summary>One anchor in a bundle.</summary>
/// <param name="Anchor">Its name.</param>
/// <param name="Count">How many checkpoints.</param>
/// <param name="Size">Entries of the newest.</param>
/// <param name="At">Its time, by a clock that is not the bot's; null: none that can be checked.</param>
/// <param name="IsTrusted">The auditor's own key or root says so.</param>
public sealed record AnchorFound(
    string Anchor,
    int Count,
    long Size,
    DateTimeOffset? At,
    bool IsTrusted
);

/// <summary>What an anchor's answer is worth to who knows the witness or the authority, in a bundle or where it is stored.</summary>
internal static class AnchorAnswers
{
    /// <summary>Those beside a stored ledger, whose checkpoints are held against its entries by another.</summary>
    /// <exception cref="FormatException">The first thing that is wrong, or nobody whom the auditor knows has answered.</exception>
    public static IReadOnlyList<AnchorFound> OfStored(
        IEnumerable<StoredAnchor> stored,
        AnchorTrust trust
    )
    {
        var found = new AnchorTally(trust);
        foreach (var answered in stored.OrderBy(a => a.Size))
        {
            found.Add(answered.Anchor, answered.Size, Of(answered, trust));
        }

        return found.Finish();
    }

    /// <exception cref="FormatException">None of the witnesses that the auditor knows cosigned it.</exception>
    public static (DateTimeOffset? At, bool IsTrusted) Cosigned(
        string name,
        string note,
        AnchorTrust trust
    )
    {
        if (trust.Witnesses.Count == 0)
        {
            return (null, false);
        }

        var signed = SignedNote.Parse(note);
        return
            trust.Witnesses.Select(w => w.Cosigned(signed)).FirstOrDefault(t => t is not null)
                is { } at
            ? (at, true)
            : throw new FormatException($"{name} has no cosignature of {trust.Names}.");
    }

    /// <exception cref="FormatException">It is of other bytes, or of an authority that the auditor does not know.</exception>
    public static (DateTimeOffset? At, bool IsTrusted) Stamped(
        string name,
        byte[] answer,
        byte[] note,
        AnchorTrust trust
    )
    {
        Timestamp stamp;
        try
        {
            stamp = Timestamp.Read(answer, note);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{name}: {wrong.Message}", wrong);
        }

        return trust.TimestampRoots is not { } roots ? (stamp.At, false)
            : stamp.WhyNotTrusted(roots) is null ? (stamp.At, true)
            : throw new FormatException($"{name} is of an authority that you do not know.");
    }

    private static (DateTimeOffset? At, bool IsTrusted) Of(StoredAnchor answered, AnchorTrust trust)
    {
        var name = $"The answer of {answered.Anchor} to {answered.Size} entries";
        switch (answered.Anchor)
        {
            case WitnessAnchor.Kind:
                var note = Encoding.UTF8.GetString(answered.Answer);
                return SignedNote
                    .Parse(note)
                    .Text.Equals(
                        SignedNote.Parse(answered.Checkpoint).Text,
                        StringComparison.Ordinal
                    )
                    ? Cosigned(name, note, trust)
                    : throw new FormatException($"{name} is of another checkpoint.");
            case TimestampAnchor.Kind:
                return Stamped(
                    name,
                    answered.Answer,
                    Encoding.UTF8.GetBytes(answered.Checkpoint),
                    trust
                );
            default:
                return (null, false);
        }
    }
}

using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using ChatApprovals.Anchors;
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

/// <summary>
/// Holds <c>anchors/</c> against the tree: each checkpoint there is one of this very ledger, each answer of that very
/// checkpoint.
/// </summary>
internal sealed class BundleAnchors(
    BundleFiles files,
    RebuiltTree tree,
    IReadOnlyCollection<NoteKey> keys,
    AnchorTrust trust,
    FileMarks expected
)
{
    /// <exception cref="FormatException">The first thing that is wrong, in one sentence.</exception>
    public IReadOnlyList<AnchorFound> Check()
    {
        var found = new SortedDictionary<string, AnchorFound>(StringComparer.Ordinal);
        foreach (
            var name in files
                .Names.Where(n => n.StartsWith(AnchorFiles.Folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            if (AnchorFiles.Read(name) is { } read)
            {
                expected.Add(name);
                var (at, isTrusted) = Check(name, read.Anchor, read.Size);
                var before = found.GetValueOrDefault(read.Anchor);
                found[read.Anchor] = new AnchorFound(
                    read.Anchor,
                    (before?.Count ?? 0) + 1,
                    read.Size,
                    at,
                    isTrusted && before is null or { IsTrusted: true }
                );
            }
        }

        return [.. found.Values];
    }

    private (DateTimeOffset? At, bool IsTrusted) Check(string name, string anchor, long size)
    {
        var bytes = files.Read(name);
        var note = Encoding.UTF8.GetString(bytes);
        var checkpoint = Open(name, note);
        Must(checkpoint.Size == size, name, "is of another size than its name says");
        Must(size <= tree.Size, name, $"is of {size} entries, and the ledger ends at {tree.Size}");
        Must(
            MerkleTree.Restore(size, tree.Read).Root().AsSpan().SequenceEqual(checkpoint.Root),
            name,
            "is not a checkpoint of these entries: the ledger was rewritten"
        );
        var stem = name[..^AnchorFiles.Note.Length];
        switch (anchor)
        {
            case WitnessAnchor.Kind:
                return Cosigned(name, note);
            case TimestampAnchor.Kind:
                return Stamped(stem + AnchorFiles.Stamp, bytes);
            case DirectoryAnchor.Kind:
                return (null, false);
            default:
                Posted(stem + AnchorFiles.Message, anchor, size);
                return (null, false);
        }
    }

    private (DateTimeOffset?, bool) Cosigned(string name, string note)
    {
        if (trust.Witnesses.Count == 0)
        {
            return (null, false);
        }

        var signed = SignedNote.Parse(note);
        var at = trust.Witnesses.Select(w => w.Cosigned(signed)).FirstOrDefault(t => t is not null);
        Must(
            at is not null,
            name,
            $"has no cosignature of {string.Join(" or ", trust.Witnesses.Select(w => w.Name))}"
        );
        return (at, true);
    }

    private (DateTimeOffset?, bool) Stamped(string name, byte[] note)
    {
        expected.Add(name);
        try
        {
            var stamp = Timestamp.Read(files.Read(name), note);
            if (trust.TimestampRoots is not { } roots)
            {
                return (stamp.At, false);
            }

            Must(
                stamp.WhyNotTrusted(roots) is null,
                name,
                "is of an authority that you do not know"
            );
            return (stamp.At, true);
        }
        catch (FormatException wrong)
            when (!wrong.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new FormatException($"{name}: {wrong.Message}", wrong);
        }
    }

    /// <summary>Where the message is; whether it says the same is for people to look.</summary>
    private void Posted(string name, string anchor, long size)
    {
        expected.Add(name);
        var says = Json(name);
        Must(
            says.ValueKind == JsonValueKind.Object
                && anchor.Equals(
                    $"{EventLines.Text(says, "surface")}:{EventLines.Text(says, "conversation")}",
                    StringComparison.Ordinal
                )
                && says.TryGetProperty("size", out var of)
                && of.ValueKind == JsonValueKind.Number
                && of.TryGetInt64(out var number)
                && number == size,
            name,
            "is about another message"
        );
    }

    private JsonElement Json(string name)
    {
        try
        {
            return JsonElement.Parse(files.Read(name));
        }
        catch (JsonException broken)
        {
            throw new FormatException($"{name} is no JSON.", broken);
        }
    }

    private Checkpoint Open(string name, string note)
    {
        try
        {
            return Checkpoint.Open(note, keys);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{name}: {wrong.Message}", wrong);
        }
    }

    private static void Must(bool condition, string name, string sentence)
    {
        if (!condition)
        {
            throw new FormatException($"{name} {sentence}.");
        }
    }
}

using System.Text;
using System.Text.Json;
using ChatApprovals.Anchors;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

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
        var found = new AnchorTally(trust);
        foreach (
            var name in files
                .Names.Where(n => n.StartsWith(AnchorFiles.Folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            if (AnchorFiles.Read(name) is { } read)
            {
                expected.Add(name);
                found.Add(read.Anchor, read.Size, Check(name, read.Anchor, read.Size));
            }
        }

        return found.Finish();
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
                return AnchorAnswers.Cosigned(name, note, trust);
            case TimestampAnchor.Kind:
                return Stamped(stem + AnchorFiles.Stamp, bytes);
            case DirectoryAnchor.Kind:
                return (null, false);
            default:
                Posted(stem + AnchorFiles.Message, anchor, size);
                return (null, false);
        }
    }

    private (DateTimeOffset?, bool) Stamped(string name, byte[] note)
    {
        expected.Add(name);
        return AnchorAnswers.Stamped(name, files.Read(name), note, trust);
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

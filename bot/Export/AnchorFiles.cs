using System.Globalization;
using System.Text;
using ChatApprovals.Anchors;
using ChatApprovals.Desk;

namespace ChatApprovals.Export;

/// <summary>
/// What anchors answered, as files of a bundle: <c>anchors/&lt;anchor&gt;/&lt;size&gt;.checkpoint</c>, the note that it has
/// (a witness's with its cosignature), and beside it a time stamp's <c>.tsr</c> or a message's <c>.json</c>.
/// </summary>
internal static class AnchorFiles
{
    public const string Folder = "anchors/";
    public const string Note = ".checkpoint";
    public const string Stamp = ".tsr";
    public const string Message = ".json";

    /// <summary>Own limit: of each anchor the newest; a year and more at two a day.</summary>
    public const int OfEachMax = 1_000;

    private const int Digits = 12;

    public static IEnumerable<(string Name, byte[] Bytes)> Of(StoredAnchor answered)
    {
        var stem =
            Folder
            + Uri.EscapeDataString(answered.Anchor)
            + "/"
            + answered.Size.ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0');
        var note = Encoding.UTF8.GetBytes(answered.Checkpoint);
        switch (answered.Anchor)
        {
            case WitnessAnchor.Kind:
                yield return (stem + Note, answered.Answer);
                break;
            case TimestampAnchor.Kind:
                yield return (stem + Note, note);
                yield return (stem + Stamp, answered.Answer);
                break;
            case DirectoryAnchor.Kind:
                yield return (stem + Note, note);
                break;
            default:
                yield return (stem + Note, note);
                yield return (stem + Message, answered.Answer);
                break;
        }
    }

    /// <summary>The anchor and the size that a note's name says; null for a name that no note has.</summary>
    public static (string Anchor, long Size)? Read(string name) =>
        name.Split('/') is ["anchors", var folder, var file]
        && file.EndsWith(Note, StringComparison.Ordinal)
        && file[..^Note.Length] is { Length: >= Digits } digits
        && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? (Uri.UnescapeDataString(folder), size)
            : null;
}

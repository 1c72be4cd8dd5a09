using System.Globalization;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// Where the ledger goes on from a backup, with what was lost; and that there is no other way around the rules. Of all entries
/// up to the end of the part: a new epoch matters also before it.
/// </summary>
internal sealed class ReportEpochs
{
    private readonly List<EpochNote> _restored = [];

    public int Forced => _restored.Count(r => r.IsForced);

    public void Count(Desk.StoredEntry entry)
    {
        if (entry.Kind is EntryKinds.LedgerRestored)
        {
            _restored.Add(EpochNote.Of(entry));
        }
    }

    public string Page() =>
        "<h2 id=\"restored\">Restored from backups</h2>\n"
        + PageText.Table(
            ["Entry", "When", "Epoch", "Goes on from entry", "Lost, as far as is known", "Forced"],
            [
                .. _restored.Select(r =>
                    (string[])
                        [
                            $"{r.Seq}",
                            PageText.Time(r.At),
                            $"{r.Epoch}",
                            $"{r.Size}",
                            r.KnownSize > r.Size
                                ? $"entries {r.Size} to {r.KnownSize - 1} of the epoch before"
                                : "unknown: entries after the backup, if there were any",
                            r.IsForced ? "<b class=\"odd-text\">yes</b>" : "no",
                        ]
                ),
            ],
            "Never: this is the only epoch of this ledger."
        );

    /// <param name="unreviewed">Changes that one person made.</param>
    public string BreakGlass(long unreviewed) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"<h2 id=\"breakglass\">Break-glass</h2>\n<p>There is none: no setting, role or command lets anybody decide a request that they are behind, run anything without an approval, or skip a policy. What comes nearest is one administrator alone: {PageText.Count(unreviewed, "change", "changes")} that <a href=\"#unreviewed\">nobody else confirmed</a>, and {PageText.Count(Forced, "forced restore", "forced restores")} of an <a href=\"#restored\">older backup</a>.</p>\n"
        );
}

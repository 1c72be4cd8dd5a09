using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>The entries one a line: as they are (<c>events.jsonl</c>), and for spreadsheets.</summary>
public static class EventLines
{
    /// <summary>The members that have a column of their own; the whole entry is in the last one.</summary>
    private static readonly string[] s_members =
    [
        "agent",
        "action",
        "person",
        "account",
        "for",
        "surface",
        "verdict",
        "refusal",
        "by",
        "area",
        "name",
        "review",
        "outcome",
        "display_hash",
        "evidence_hash",
        "binding_hash",
    ];

    private static readonly SearchValues<char> s_quoted = SearchValues.Create("\",\r\n");

    /// <summary>The entries' exact bytes.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Exact(LedgerSpan span)
    {
        foreach (var entry in span.Entries())
        {
            yield return entry.Bytes;
            yield return "\n"u8.ToArray();
        }
    }

    /// <summary>RFC 4180, with a head line; cells that a spreadsheet would run are defused.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Csv(LedgerSpan span)
    {
        yield return Line([
            "seq",
            "at",
            "kind",
            "txn",
            .. s_members,
            "erased",
            "leaf_hash",
            "entry",
        ]);
        foreach (var entry in span.Entries())
        {
            var members = LedgerSpan.Members(entry);
            yield return Line([
                entry.Seq.ToString(CultureInfo.InvariantCulture),
                Rfc3339.Write(entry.At),
                entry.Kind,
                entry.Txn,
                .. s_members.Select(m => Text(members, m)),
                span.ErasureOf(entry)?.How ?? "",
                LeafHash(entry),
                Encoding.UTF8.GetString(entry.Bytes),
            ]);
        }
    }

    public static string LeafHash(StoredEntry entry) =>
        Base64Url.EncodeToString(MerkleTree.LeafHash(entry.Bytes));

    /// <summary>A member as text; empty when it is not there.</summary>
    public static string Text(JsonElement members, string name) =>
        !members.TryGetProperty(name, out var value) ? ""
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : value.GetRawText();

    /// <summary>
    /// A cell: what begins like a formula gets an apostrophe before it (OWASP, CSV injection), also after
    /// white space that a spreadsheet drops.
    /// </summary>
    public static string Cell(string text)
    {
        var first = text.AsSpan().TrimStart();
        if (
            first.Length > 0
            && first[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠'
        )
        {
            text = "'" + text;
        }

        return text.AsSpan().ContainsAny(s_quoted) || text.Contains('\t', StringComparison.Ordinal)
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }

    private static ReadOnlyMemory<byte> Line(IEnumerable<string> cells) =>
        Encoding.UTF8.GetBytes(string.Join(',', cells.Select(Cell)) + "\r\n");
}

using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>The four ends of a request.</content>
internal static partial class LedgerMembers
{
    private static Fact.RequestEnded Ended(
        StoredEntry entry,
        JsonElement e,
        RequestStatus status
    ) =>
        new(Id(entry), status, Optional(e, "by"), Said(entry))
        {
            Filled = e.TryGetProperty("filled", out var filled)
                ? [.. filled.EnumerateArray().Select(n => n.GetInt32())]
                : null,
        };

    private static void WriteEnded(Utf8JsonWriter w, Fact.RequestEnded f)
    {
        WriteOptional(w, "by", f.By);
        if (f.Filled is not { } filled)
        {
            return;
        }

        w.WriteStartArray("filled");
        foreach (var places in filled)
        {
            w.WriteNumberValue(places);
        }

        w.WriteEndArray();
    }
}

using System.Globalization;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>Reads who is behind a request.</summary>
internal static class PartyReader
{
    public static Party Read(JsonElement value, string pointer, InputErrors errors, bool mayBeAgent)
    {
        var fields = Fields.Open(value, pointer, errors, "type", "id", "name");
        var type = mayBeAgent
            ? fields.Word("type", "human", "service", "schedule", "agent")
            : fields.Word("type", "human", "service", "schedule");
        var id = fields.RequiredText("id", RequestLimits.PartyIdMax);
        if (!IsComparable(id))
        {
            var rule = "No control or invisible characters, no spaces around it.";
            errors.Add(fields.PointerOf("id"), "bad_value", rule);
        }

        return new Party(type, id, fields.Text("name", RequestLimits.NameMax));
    }

    /// <summary>
    /// The id is compared with whoever clicks, to exclude them: one that looks like theirs and is not
    /// would let them approve their own request.
    /// </summary>
    public static bool IsComparable(string id) =>
        id.Length == id.AsSpan().Trim().Length
        && id.EnumerateRunes()
            .All(r =>
                System.Text.Rune.GetUnicodeCategory(r)
                    is not (
                        UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                        or UnicodeCategory.OtherNotAssigned
                    )
            );
}

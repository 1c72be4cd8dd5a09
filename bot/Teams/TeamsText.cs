using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatApprovals.Teams;

/// <summary>
/// Takes a message's text apart. A mention is one only when Teams says so with an entity; the bot's own is
/// left out; everything else stays text, whatever it looks like. Pure.
/// </summary>
public static partial class TeamsText
{
    /// <summary>More mentions than anybody means.</summary>
    private const int MentionsMax = 100;

    public static ImmutableArray<TeamsWord> Words(JsonElement activity, string bot)
    {
        var text = activity.Text("text") ?? "";
        var words = ImmutableArray.CreateBuilder<TeamsWord>();
        var end = 0;
        foreach (var (start, length, id, shown) in Places(activity, text))
        {
            AddText(words, text[end..start]);
            end = start + length;
            if (string.Equals(id, bot, StringComparison.OrdinalIgnoreCase))
            {
                // Teams may put nothing between the bot's name and the next word.
                words.Add(new TeamsWord.Text(" "));
            }
            else
            {
                words.Add(new TeamsWord.Mention(id, shown));
            }
        }

        AddText(words, text[end..]);
        return words.ToImmutable();
    }

    /// <summary>Whether Teams says that this account, or the bot itself, is mentioned.</summary>
    public static bool Mentions(JsonElement activity, string id) =>
        activity
            .Items("entities")
            .Any(e =>
                e.Text("type") is "mention"
                && string.Equals(
                    e.At("mentioned").Text("id"),
                    id,
                    StringComparison.OrdinalIgnoreCase
                )
            );

    /// <summary>Each entity takes the first place of its own text that no other took.</summary>
    private static IEnumerable<(int Start, int Length, string Id, string Shown)> Places(
        JsonElement activity,
        string text
    )
    {
        var taken = new SortedDictionary<int, (int Length, string Id, string Shown)>();
        foreach (
            var entity in activity
                .Items("entities")
                .Where(e => e.Text("type") is "mention")
                .Take(MentionsMax)
        )
        {
            if (
                entity.At("mentioned").Text("id") is not { } id
                || entity.Text("text") is not { } tag
            )
            {
                continue;
            }

            var at = text.IndexOf(tag, StringComparison.Ordinal);
            while (
                at >= 0 && taken.Any(t => at < t.Key + t.Value.Length && t.Key < at + tag.Length)
            )
            {
                at = text.IndexOf(tag, at + 1, StringComparison.Ordinal);
            }

            if (at >= 0)
            {
                taken[at] = (tag.Length, id, entity.At("mentioned").Text("name") ?? "somebody");
            }
        }

        return taken.Select(t => (t.Key, t.Value.Length, t.Value.Id, t.Value.Shown));
    }

    // Teams sends &nbsp; after a mention and &lt; for what was typed as <; some clients wrap lines in <p> or <div>.
    private static void AddText(ImmutableArray<TeamsWord>.Builder words, string text)
    {
        var lines = Lines().Replace(text, "\n");
        var plain = WebUtility.HtmlDecode(Wrappings().Replace(lines, "")).Replace('\u00a0', ' ');
        if (plain.Length > 0)
        {
            words.Add(new TeamsWord.Text(plain));
        }
    }

    [GeneratedRegex(
        @"<br(\s[^<>]*)?/?>|</(p|div)>",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Lines();

    [GeneratedRegex(
        @"</?(p|div|span)(\s[^<>]*)?>",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Wrappings();
}

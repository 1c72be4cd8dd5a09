using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>Changes of the configuration, and wishes for one.</content>
internal static partial class LedgerMembers
{
    private static void WriteConfig(Utf8JsonWriter w, Fact.ConfigChanged f, bool inline)
    {
        w.WriteString("area", f.Area);
        w.WriteString("name", f.Name);
        WriteOptional(w, "by", f.By?.ToString());
        w.WriteString("review", f.Review);
        WriteOptional(w, "confirmed_by", f.ConfirmedBy?.ToString());
        WriteWithout(w, f.Without);
        WriteValues(w, f.Before, f.After, inline);
    }

    private static void WriteProposed(Utf8JsonWriter w, ProposedChange change, bool inline)
    {
        w.WriteString("area", change.Area);
        w.WriteString("name", change.Name);
        w.WriteString("by", change.By.ToString());
        w.WriteString("account", change.Account.ToString());
        WriteValues(w, change.Before, change.After, inline);
    }

    private static void WriteValues(
        Utf8JsonWriter w,
        JsonElement? before,
        JsonElement? after,
        bool inline
    )
    {
        if (inline)
        {
            WriteOptional(w, "before", before);
            WriteOptional(w, "after", after);
        }
    }

    private static Fact.ConfigChanged ReadConfig(StoredEntry entry, JsonElement e)
    {
        var (before, after) = Values(entry, e);
        return new Fact.ConfigChanged(
            entry.Txn,
            Text(e, "area"),
            Text(e, "name"),
            before,
            after,
            Person(e, "by"),
            Text(e, "review")
        )
        {
            ConfirmedBy = Person(e, "confirmed_by"),
            Without = Without(e),
        };
    }

    private static void WriteWithout(Utf8JsonWriter w, ImmutableArray<PersonId> without)
    {
        if (!without.IsEmpty)
        {
            WriteTexts(w, "without", without);
        }
    }

    /// <summary>Whom an entry names as administrators that could not confirm it.</summary>
    public static ImmutableArray<PersonId> Without(JsonElement e) =>
        e.TryGetProperty("without", out _)
            ? [.. Texts(e, "without").Select(p => PersonId.Parse(p, provider: null))]
            : [];

    private static Fact.ConfigProposed ReadProposed(StoredEntry entry, JsonElement e)
    {
        var (before, after) = Values(entry, e);
        return new Fact.ConfigProposed(
            Id(entry),
            new ProposedChange(
                Text(e, "area"),
                Text(e, "name"),
                before,
                after,
                PersonId.Parse(Text(e, "by"), provider: null),
                AccountId.Parse(Text(e, "account"), provider: null)
            )
        );
    }

    private static (JsonElement? Before, JsonElement? After) Values(
        StoredEntry entry,
        JsonElement e
    )
    {
        var beside = entry.Content is { } c
            ? JsonSerializer.Deserialize(c.Body, DeskJson.Default.ConfigContent)
            : null;
        return (beside?.Before ?? Element(e, "before"), beside?.After ?? Element(e, "after"));
    }
}

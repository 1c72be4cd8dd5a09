using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>Whose accounts are whose.</content>
internal static partial class LedgerMembers
{
    private static Fact.PersonLinked ReadLinked(StoredEntry entry, JsonElement e) =>
        new(
            PersonId.Parse(entry.Txn, provider: null),
            AccountId.Parse(Text(e, "account"), provider: null),
            Text(e, "how"),
            Personal(entry)?.Name ?? Erased,
            Personal(entry)?.Emails ?? []
        )
        {
            From = Person(e, "from"),
            By = Person(e, "by"),
            Review = Optional(e, "review"),
            Change = Request(e, "change"),
            Without = Without(e),
            PowerFrom = e.TryGetProperty("power_from", out var at) ? at.GetDateTimeOffset() : null,
        };

    private static void WriteLinked(Utf8JsonWriter w, Fact.PersonLinked f)
    {
        w.WriteString("account", f.Account.ToString());
        w.WriteString("how", f.How);
        WriteOptional(w, "from", f.From?.ToString());
        WriteOptional(w, "by", f.By?.ToString());
        WriteOptional(w, "power_from", f.PowerFrom);
        WriteOptional(w, "review", f.Review);
        WriteOptional(w, "change", f.Change?.ToString());
        WriteWithout(w, f.Without);
    }

    private static void WriteUnlinked(Utf8JsonWriter w, Fact.PersonUnlinked f)
    {
        w.WriteString("account", f.Account.ToString());
        w.WriteString("into", f.Into.ToString());
        w.WriteString("how", f.How);
        WriteOptional(w, "by", f.By?.ToString());
        WriteOptional(w, "separate_from", f.SeparateFrom);
        WriteOptional(w, "review", f.Review);
        WriteOptional(w, "change", f.Change?.ToString());
        WriteWithout(w, f.Without);
    }

    private static Fact.PersonUnlinked ReadUnlinked(StoredEntry entry, JsonElement e) =>
        new(
            PersonId.Parse(entry.Txn, provider: null),
            AccountId.Parse(Text(e, "account"), provider: null),
            PersonId.Parse(Text(e, "into"), provider: null),
            Text(e, "how"),
            Person(e, "by"),
            e.GetProperty("separate_from").GetDateTimeOffset()
        )
        {
            Review = Optional(e, "review"),
            Change = Request(e, "change"),
            Without = Without(e),
        };

    private static RequestId? Request(JsonElement e, string name) =>
        RequestId.TryParse(Optional(e, name), provider: null, out var id) ? id : null;
}

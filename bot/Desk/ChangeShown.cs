using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// A change of the configuration as people read it on a card: names instead of ids, without the bookkeeping
/// of times, and of a key only whether there will be a new one.
/// </summary>
internal static class ChangeShown
{
    private static readonly FrozenSet<string> s_bookkeeping = FrozenSet.Create(
        StringComparer.Ordinal,
        "key_hash",
        "key_created_at",
        "widenings",
        "joined",
        "added_at",
        "at"
    );

    public static RequestedDiff Diff(ProposedChange change, Register register)
    {
        var after = Shown(change.After, register);
        if (change.NewKey is not null && after is JsonObject members)
        {
            members["key"] = "a new one, told to whoever proposes this alone; an older one stops";
        }

        return new RequestedDiff(
            "json",
            Text: null,
            Element(Shown(change.Before, register)),
            Element(after)
        );
    }

    private static JsonNode? Shown(JsonElement? value, Register register) =>
        value is { } v ? Readable(JsonSerializer.SerializeToNode(v), register) : null;

    private static JsonNode? Readable(JsonNode? node, Register register) =>
        node switch
        {
            JsonObject members => new JsonObject(
                members
                    .Where(m => !s_bookkeeping.Contains(m.Key))
                    .Select(m => KeyValuePair.Create(m.Key, Readable(m.Value, register)))
            ),
            JsonArray items => new JsonArray([.. items.Select(i => Readable(i, register))]),
            JsonValue value when value.TryGetValue<string>(out var text) => Named(text, register),
            _ => node?.DeepClone(),
        };

    private static string Named(string text, Register register) =>
        PersonId.TryParse(text, provider: null, out var id) && register.Person(id) is { } person
            ? $"{person.Name} ({Account(person, id).Id})"
        : GroupSource.TryParse(text, provider: null, out var group)
        && register.PlatformGroupOf(group) is { } known
            ? $"{text} (@{known.Name}, members now: {string.Join(", ", known.Members.Select(m => register.Person(m)?.Name))})"
        : text;

    /// <summary>The account that the id was made for: it is whose power changes.</summary>
    private static Account Account(Person person, PersonId id) =>
        person.Accounts.FirstOrDefault(a => a.Self == id) ?? person.Accounts[0];

    private static JsonElement? Element(JsonNode? node) =>
        node is null ? null : JsonSerializer.SerializeToElement(node);
}

using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Approvals;

/// <summary>
/// A change of the configuration that waits for a second pair of eyes: it applies when another administrator
/// approves it, and only if what it changes is still <see cref="Before"/>. Times in <see cref="After"/> that
/// are the proposal's become those of the confirmation; a new key is only made then, so that nothing but the
/// person it is for has ever seen it.
/// </summary>
public sealed record ProposedChange(
    string Area,
    string Name,
    JsonElement? Before,
    JsonElement? After,
    PersonId By,
    AccountId Account
)
{
    /// <summary>Where the hash of a key stands that is not made yet.</summary>
    private const string KeyHash = "key_hash";

    private const string NoKeyYet = "";

    /// <summary>The bot itself, as what asks for these. It has no key, so that nobody can ask in its name.</summary>
    public static AgentName Asks { get; } = AgentName.Parse("chatapprovals", provider: null);

    /// <summary>
    /// Nobody can set this policy: no policy's name may begin so. One other administrator, within a day; shown
    /// to each of them in their own chat at once.
    /// </summary>
    public static Policy Rule { get; } =
        new("@configuration", 1)
        {
            Stages = [new Stage([Register.Admins], 1)],
            ExpiresIn = 86_400,
            RemindAfter = 0,
        };

    /// <summary>What an administrator wants; without the key that the command made, which nobody will get.</summary>
    public static ProposedChange Of(
        string area,
        string name,
        JsonElement? before,
        JsonElement? after,
        PersonId by,
        AccountId account
    )
    {
        var node = after is { } value ? JsonObject.Create(value) : null;
        if (node?[KeyHash] is { } made && !JsonNode.DeepEquals(made, Member(before, KeyHash)))
        {
            node[KeyHash] = NoKeyYet;
        }

        return new ProposedChange(area, name, before, Element(node), by, account);
    }

    /// <summary>Which key must be made when it applies; null: none.</summary>
    public ApiKeyKind? NewKey =>
        Member(After, KeyHash)?.GetValue<string>() is not NoKeyYet ? null
        : Area is "guard" ? ApiKeyKind.Guard
        : ApiKeyKind.Agent;

    /// <summary>Whether it can still be applied as it was shown.</summary>
    public bool IsStill(JsonElement? now) =>
        (now, Before) switch
        {
            (null, null) => true,
            ({ } a, { } b) => JsonElement.DeepEquals(a, b),
            _ => false,
        };

    /// <summary>The value that applies: confirmed then, by that person, with the hash of the key made then.</summary>
    public JsonElement? Confirmed(
        DateTimeOffset proposedAt,
        DateTimeOffset now,
        PersonId confirmer,
        string? keyHash
    ) =>
        Element(
            Settle(
                After is { } a ? JsonObject.Create(a) : null,
                proposedAt,
                now,
                confirmer,
                keyHash
            )
        );

    /// <summary>
    /// base64url(SHA-256) of what it does, whenever it is proposed: tells an identical repeat, and is bound.
    /// </summary>
    public string Hash(DateTimeOffset proposedAt)
    {
        var document = new JsonObject
        {
            ["area"] = Area,
            ["name"] = Name,
            ["by"] = By.ToString(),
            ["before"] = Node(Before),
            ["after"] = Settle(Node(After), proposedAt, DateTimeOffset.UnixEpoch, By, NoKeyYet),
        };
        return Base64Url.EncodeToString(SHA256.HashData(CanonicalJson.Write(document)));
    }

    private JsonNode? Settle(
        JsonNode? node,
        DateTimeOffset proposedAt,
        DateTimeOffset now,
        PersonId confirmer,
        string? keyHash
    )
    {
        switch (node)
        {
            case JsonObject members:
                if (IsAt(members["at"], proposedAt) && members["by"] is JsonArray by)
                {
                    AddTo(by, confirmer);
                }

                foreach (var (name, value) in members.ToList())
                {
                    members[name] =
                        name is KeyHash && IsNoKey(value)
                            ? JsonValue.Create(keyHash)
                            : Settle(value?.DeepClone(), proposedAt, now, confirmer, keyHash);
                }

                return members;
            case JsonArray items:
                return new JsonArray([
                    .. items.Select(i =>
                        Settle(i?.DeepClone(), proposedAt, now, confirmer, keyHash)
                    ),
                ]);
            default:
                return IsAt(node, proposedAt) ? JsonSerializer.SerializeToNode(now) : node;
        }
    }

    /// <summary>Proposer and confirmer both count as the last to widen.</summary>
    private void AddTo(JsonArray by, PersonId confirmer)
    {
        if (confirmer != By && by.Any(b => IsText(b, By.ToString())))
        {
            by.Add(confirmer.ToString());
        }
    }

    private static bool IsNoKey(JsonNode? node) => IsText(node, NoKeyYet);

    private static bool IsText(JsonNode? node, string wanted) =>
        node is JsonValue value
        && value.TryGetValue<string>(out var text)
        && string.Equals(text, wanted, StringComparison.Ordinal);

    private static bool IsAt(JsonNode? node, DateTimeOffset at) =>
        node is JsonValue value
        && value.GetValueKind() == JsonValueKind.String
        && value.TryGetValue<DateTimeOffset>(out var time)
        && time == at;

    private static JsonNode? Member(JsonElement? value, string name) =>
        value is { ValueKind: JsonValueKind.Object } v ? JsonObject.Create(v)![name] : null;

    private static JsonNode? Node(JsonElement? value) =>
        value is { } v ? JsonSerializer.SerializeToNode(v) : null;

    private static JsonElement? Element(JsonNode? node) =>
        node is null ? null : JsonSerializer.SerializeToElement(node);
}

using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Guard;

/// <summary>
/// One call of a guarded endpoint, whole: what is bound, shown and sent is made of this and of nothing else.
/// </summary>
internal sealed record GuardedCall(KnownGuard Guard, string Method, GuardedTarget Target)
{
    /// <summary>As sent; null where there is none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The headers that the guard binds and the call has, by the names that the guard gives them.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public ReadOnlyMemory<byte> Body { get; init; }

    public Upstream Upstream => Guard.Upstream!;

    /// <summary>Where it goes: nothing of it is spelled anew.</summary>
    public string Url =>
        Upstream.Url + Target.Path + (Target.Query is { } query ? "?" + query : "");

    /// <summary>
    /// The call as an action: name <c>http.&lt;method&gt;</c>, with query, body digest (as RFC 9530 writes
    /// it), content type and headers as properties; resource <c>{name}/{path}</c>; as context where it goes
    /// and what is added, because a guard may be made anew.
    /// </summary>
    public AboutToRun Bound()
    {
        var properties = new JsonObject();
        if (Target.Query is { } query)
        {
            properties["query"] = query;
        }

        if (!Body.IsEmpty)
        {
            properties["body_digest"] = Digest(Body.Span);
        }

        if (ContentType is { } type)
        {
            properties["content_type"] = type;
        }

        if (!Headers.IsEmpty)
        {
            properties["headers"] = new JsonObject(
                Headers.Select(h => KeyValuePair.Create<string, JsonNode?>(h.Key, h.Value))
            );
        }

        var context = new JsonObject { ["upstream"] = Upstream.Url };
        if (!Upstream.Headers.IsEmpty)
        {
            context["adds"] = string.Join(", ", Upstream.Headers);
        }

        return new AboutToRun(
            new NamedAction($"http.{Method.ToLowerInvariant()}", Element(properties)),
            new Resource("http.endpoint", $"{Guard.Name}{Target.Path}", Element([])),
            Element(context)
        );
    }

    /// <summary>The request that people are asked about.</summary>
    public ActionRequest Request(CallOrigin origin)
    {
        var bound = Bound();
        return new ActionRequest
        {
            Action = bound.Action,
            Resource = bound.Resource,
            Context = bound.Context,
            Initiator = origin.Initiator,
            Justification = origin.Justification,
            Audience = Guard.Audience,
            Call = new HttpCall(
                Guard.Name.ToString(),
                $"{Method} {Url}",
                Body.Length,
                BodyText.Of(Body, ContentType)
            ),
        };
    }

    /// <summary>
    /// Tells the same call of the same initiator. No body in the inbox has such members, so it is never taken
    /// for one.
    /// </summary>
    public static string HashOf(ActionRequest request)
    {
        var document = new JsonObject
        {
            ["call"] = Binding.Document(
                ProposedChange.Asks,
                request.Action,
                request.Resource,
                request.Context,
                salt: ""
            ),
            ["initiator"] = $"{request.Initiator.Type}:{request.Initiator.Id}",
        };
        return Base64Url.EncodeToString(SHA256.HashData(CanonicalJson.Write(document)));
    }

    private static string Digest(ReadOnlySpan<byte> body) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:"
        );

    private static JsonElement Element(JsonObject members) =>
        JsonSerializer.SerializeToElement(members);
}

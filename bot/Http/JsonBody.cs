using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace ChatApprovals.Http;

/// <summary>What a request carries.</summary>
internal abstract record JsonBody
{
    private JsonBody() { }

    /// <summary>Strict JSON.</summary>
    public sealed record Read(JsonElement Value) : JsonBody;

    /// <summary>No body at all.</summary>
    public sealed record None : JsonBody;

    public sealed record Refused(Problem Problem) : JsonBody;

    /// <summary>
    /// Reads at most <paramref name="max"/> bytes. Refuses with 415 (not JSON by its headers), 413 (by
    /// <c>Content-Length</c> before anything is read, else as soon as more has come), 400, and 422 for a
    /// credential. Keeps nothing of what it refuses.
    /// </summary>
    public static Task<JsonBody> FromAsync(
        HttpRequest request,
        int max,
        CancellationToken cancel
    ) => FromAsync(request, max, around: 0, cancel);

    /// <summary>The same, with an envelope of so many levels around it, as in <see cref="StrictJson"/>.</summary>
    public static async Task<JsonBody> FromAsync(
        HttpRequest request,
        int max,
        int around,
        CancellationToken cancel
    )
    {
        var body = request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>();
        if (body is { CanHaveBody: false })
        {
            return new None();
        }

        if (!IsJson(request))
        {
            return new Refused(Problems.NotJson);
        }

        return request.ContentLength > max
            ? new Refused(Problems.TooLarge(max))
            : await AllOfAsync(request, max, around, cancel);
    }

    private static async Task<JsonBody> AllOfAsync(
        HttpRequest request,
        int max,
        int around,
        CancellationToken cancel
    )
    {
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancel);
            var buffer = result.Buffer;
            if (buffer.Length > max)
            {
                reader.AdvanceTo(buffer.End);
                return new Refused(Problems.TooLarge(max));
            }

            if (result.IsCompleted)
            {
                var body = Parse(buffer, around);
                reader.AdvanceTo(buffer.End);
                return body;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static JsonBody Parse(ReadOnlySequence<byte> buffer, int around) =>
        Parse(buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray(), around);

    /// <summary>Bytes that were read already.</summary>
    public static JsonBody Parse(ReadOnlySpan<byte> utf8, int around) =>
        StrictJson.Read(utf8, around) switch
        {
            JsonReading.Accepted accepted => new Read(accepted.Value),
            JsonReading.Refused refused => new Refused(Problems.Invalid(refused.Errors)),
            _ => throw new InvalidOperationException("a reading of no kind"),
        };

    /// <summary><c>identity</c> says that nothing was done to it (RFC 9110, 8.4.1).</summary>
    public static bool IsPlain(StringValues encoding) =>
        encoding.Count == 0
        || encoding.ToString() is var said
            && (said.Length == 0 || said.Equals("identity", StringComparison.OrdinalIgnoreCase));

    private static bool IsJson(HttpRequest request) =>
        IsPlain(request.Headers.ContentEncoding)
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (
            string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            || (type.MediaType ?? "").EndsWith("+json", StringComparison.OrdinalIgnoreCase)
        )
        && (
            type.CharSet is null
            || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase)
        );
}

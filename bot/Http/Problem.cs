using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ChatApprovals.Http;

/// <summary>
/// A refusal as RFC 9457 <c>application/problem+json</c>: <c>type</c> (a URN made of the code, not to be
/// resolved), <c>title</c>, <c>status</c>, <c>detail</c>, <c>code</c>, for input <c>errors</c>, and for
/// <c>not_pending</c> the present <c>request</c>, for <c>review_changed</c> the present <c>display_hash</c>. Texts are ours: nothing that a client sent is repeated,
/// but member names inside pointers.
/// </summary>
public sealed record Problem(int Status, string Code, string Title, string Detail) : IResult
{
    public const string ContentType = "application/problem+json";

    /// <summary>What is wrong with the input, when that is what is wrong.</summary>
    public ImmutableArray<InputError> Errors { get; init; } = [];

    /// <summary>When to try again: <c>Retry-After</c>, in whole seconds, rounded up.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What <c>WWW-Authenticate</c> says beside the scheme.</summary>
    public string? Challenge { get; init; }

    /// <summary>Value of <c>Allow</c>.</summary>
    public string? Allow { get; init; }

    /// <summary>Of what is to be decided now, when something else was read.</summary>
    public string? DisplayHash { get; init; }

    /// <summary>Writes the present state of what the call was about, as member <c>request</c>.</summary>
    internal Action<Utf8JsonWriter>? Present { get; init; }

    /// <summary>As what an address answers.</summary>
    public Task ExecuteAsync(HttpContext httpContext) =>
        WriteAsync(httpContext, httpContext.RequestAborted);

    public async Task WriteAsync(HttpContext http, CancellationToken cancel)
    {
        var response = http.Response;
        if (Status == StatusCodes.Status401Unauthorized)
        {
            var more = Challenge is null ? "" : $", {Challenge}";
            response.Headers.WWWAuthenticate = $"Bearer realm=\"chatapprovals\"{more}";
        }

        if (RetryAfter is { } after)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (Status == StatusCodes.Status415UnsupportedMediaType)
        {
            // RFC 9110, 15.5.16: what would have been taken.
            response.Headers.Accept = "application/json";
            response.Headers.AcceptEncoding = "identity";
        }

        if (Allow is not null)
        {
            response.Headers.Allow = Allow;
        }

        await Answer.WriteAsync(http, Status, ContentType, Write, cancel);
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", $"urn:chatapprovals:problem:{Code}");
        json.WriteString("title", Title);
        json.WriteNumber("status", Status);
        json.WriteString("detail", Detail);
        json.WriteString("code", Code);
        WriteErrors(json);
        if (DisplayHash is not null)
        {
            json.WriteString("display_hash", DisplayHash);
        }

        if (Present is { } present)
        {
            json.WritePropertyName("request");
            present(json);
        }

        json.WriteEndObject();
    }

    private void WriteErrors(Utf8JsonWriter json)
    {
        if (Errors.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("errors");
        foreach (var error in Errors)
        {
            json.WriteStartObject();
            json.WriteString("pointer", error.Where);
            json.WriteString("code", error.Code);
            json.WriteString("detail", error.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

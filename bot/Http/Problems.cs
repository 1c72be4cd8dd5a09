using System.Collections.Immutable;

namespace ChatApprovals.Http;

/// <summary>The refusals that every address of ours knows.</summary>
internal static class Problems
{
    private static readonly TimeSpan UnavailableRetry = TimeSpan.FromSeconds(5);

    public static Problem Unauthenticated { get; } =
        new(
            401,
            "unauthenticated",
            "Who is asking?",
            "Send the agent's key in one header: `Authorization: Bearer cak_…`. A lost key is replaced by `agent rotate`."
        );

    /// <summary>RFC 6750, 3.1: a key was sent, and it is not one. Why not is not said.</summary>
    public static Problem UnknownKey { get; } =
        Unauthenticated with
        {
            Challenge = "error=\"invalid_token\"",
        };

    public static Problem NotFound { get; } =
        new(
            404,
            "not_found",
            "Not found",
            "No such address, or no request of this agent has this id."
        );

    public static Problem Unavailable { get; } =
        new(
            503,
            "unavailable",
            "The ledger cannot be written now",
            "Nothing was stored. Try again."
        )
        {
            RetryAfter = UnavailableRetry,
        };

    /// <param name="platforms">Whose answer is missing.</param>
    public static Problem MembershipUnknown(string platforms) =>
        new(
            503,
            "unavailable",
            $"{platforms} did not answer",
            $"Whether everybody who approved is still a member could not be asked of {platforms}. Nothing was used up, "
                + "do not run it. Try again; if it goes on, `/readyz` says what is wrong there."
        )
        {
            RetryAfter = UnavailableRetry,
        };

    public static Problem NoBody { get; } =
        Invalid("", "not_json", "Send the request as a JSON object.");

    public static Problem Invalid(ImmutableArray<InputError> errors) =>
        new(400, "invalid_request", "The request is not valid", InAWord(errors))
        {
            Errors = errors,
        };

    public static Problem Invalid(string pointer, string code, string detail) =>
        Invalid([new InputError(pointer, code, detail)]);

    public static Problem BadHeader(string detail) =>
        new(400, "invalid_request", "A header is not valid", detail);

    public static Problem BadQuery(string detail) =>
        new(400, "invalid_request", "The query is not valid", detail);

    public static Problem NotJson { get; } =
        new(
            415,
            "invalid_request",
            "The body must be JSON",
            "Send `Content-Type: application/json`, UTF-8, without content encoding."
        );

    public static Problem TooLarge(long max) =>
        new(413, "too_large", "The body is too large", $"At most {max} bytes.");

    /// <summary>The first error, for whoever logs nothing but <c>detail</c>.</summary>
    public static string InAWord(ImmutableArray<InputError> errors)
    {
        var (where, _, detail) = errors[0];
        var more = errors.Length > 1 ? $" And {errors.Length - 1} more, see `errors`." : "";
        return (where.Length > 0 ? $"{where}: {detail}" : detail) + more;
    }

    public static Problem WrongMethod(string allow) =>
        new(405, "method_not_allowed", "This method is not for this address", $"Use {allow}.")
        {
            Allow = allow,
        };

    /// <summary>What Kestrel found wrong while the body came in.</summary>
    public static Problem Malformed(int status) =>
        status switch
        {
            413 => new Problem(413, "too_large", "The body is too large", "Send less."),
            408 => new Problem(408, "timeout", "The body came too slowly", "Send it again."),
            _ => new Problem(
                400,
                "invalid_request",
                "Not HTTP",
                "The body is not framed as HTTP says."
            ),
        };

    public static Problem Internal(string trace) =>
        new(500, "internal", "Something broke here", $"Tell an administrator: {trace}.");
}

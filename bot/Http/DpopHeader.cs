namespace ChatApprovals.Http;

/// <summary>The proof in the <c>DPoP</c> header (RFC 9449, 4.1).</summary>
internal static class DpopHeader
{
    /// <summary>Null when there is none; <c>""</c>, which is no proof, when there is more than one.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers["DPoP"] switch
        {
            [] => null,
            [{ } one] => one,
            _ => "",
        };
}

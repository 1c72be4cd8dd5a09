namespace ChatApprovals.Http;

/// <summary>How an address is read that changes nothing.</summary>
internal static class ReadOnly
{
    /// <summary>Whoever can be asked by GET can be by HEAD (RFC 9110, 9.1); the server leaves the body out.</summary>
    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];
}

namespace ChatApprovals;

/// <summary>Reads the addresses among the settings; what is wrong is said in a sentence.</summary>
internal static class Addresses
{
    /// <summary>Null when Kestrel can listen there. <c>*</c> and <c>+</c> stand for all addresses.</summary>
    public static string? ProblemOfListening(string address) =>
        address.StartsWith("http://unix:/", StringComparison.OrdinalIgnoreCase) || IsPlace(address)
            ? null
            : $"Urls: '{address}' is no address to listen on: set it to one such as http://127.0.0.1:3978, several separated by ;";

    /// <summary>Null when links and tokens can carry it: https, or http on this machine alone.</summary>
    public static string? ProblemOfPublic(string address)
    {
        if (
            !IsWeb(address, out var uri)
            || uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length > 0
        )
        {
            return $"PublicUrl: '{address}' is no address: set it to one such as https://approvals.example.com";
        }

        return uri.Scheme is "https" || uri.IsLoopback
            ? null
            : $"PublicUrl {address} is not https (http only on loopback): set it to the https address "
                + "that people and agents use";
    }

    /// <summary>C2SP signed-note: a key's name has no blank and no plus.</summary>
    public static string? ProblemOfOrigin(string origin) =>
        origin.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+')
            ? $"Ledger:Origin: '{origin}' has a blank or a plus: set it to one such as approvals.example.com/ledger"
            : null;

    /// <summary>An address that a link can have; this host for all addresses.</summary>
    public static string Reachable(string listening) =>
        IsPlace(listening) && Localised(listening) is var place
            ? place.TrimEnd('/')
            : "http://localhost";

    public static string OriginOf(string publicUrl) =>
        IsWeb(publicUrl, out var uri) ? $"{uri.Authority}/ledger" : "";

    private static bool IsPlace(string address) =>
        IsWeb(Localised(address), out var uri) && uri is { PathAndQuery: "/", UserInfo: "" };

    private static string Localised(string address) =>
        address
            .Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://+", "://localhost", StringComparison.Ordinal);

    private static bool IsWeb(string address, out Uri uri) =>
        Uri.TryCreate(address, UriKind.Absolute, out uri!) && uri.Scheme is "http" or "https";
}

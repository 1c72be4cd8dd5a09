using System.Text;
using ChatApprovals.Jose;

namespace ChatApprovals.Export;

/// <summary>The tokens of a bundle, as one who trusts its key set reads them.</summary>
internal static class Tokens
{
    private const string SetName = "keys/jwks.json";

    /// <summary>The set, if it is written exactly as ours is: so nothing hides in it.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static JwkSet KeySet(BundleFiles files)
    {
        var bytes = files.Read(SetName);
        var keys = JwkSet.Parse(bytes)?.Keys ?? [];
        var texts = keys.Select(k =>
            $$"""{"kty":"EC","crv":"P-256","x":"{{EventLines.Text(k.Members, "x")}}","y":"{{EventLines.Text(k.Members, "y")}}","use":"sig","alg":"ES256","kid":"{{k.Thumbprint}}"}"""
        );
        var own = $$"""{"keys":[{{string.Join(',', texts)}}]}""";
        return bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(own))
            ? new JwkSet(keys)
            : throw new FormatException($"{SetName} is not a set of keys as this ledger has them.");
    }

    /// <exception cref="FormatException">No token of this type, signed by a key of the set.</exception>
    public static JwsToken Verified(BundleFiles files, JwkSet keys, string name, string typ)
    {
        var text = Encoding.UTF8.GetString(files.Read(name));
        if (JwsToken.Parse(text) is not { Kid: { } kid } token)
        {
            throw new FormatException($"{name} is no token.");
        }

        var pin = new JwsPin(JwsAlgorithm.ES256, typ);
        return keys.Find(kid) is { } key && Jws.Verify(token, key, pin)
            ? token
            : throw new FormatException($"{name} is not signed by a key of keys/jwks.json.");
    }
}

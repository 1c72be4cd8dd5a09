using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// The secrets that sign callbacks, one for each agent: made by HKDF-SHA-256 (RFC 5869) from one key file, so
/// that none of them is ever stored, and a rotation is an entry of the ledger like any other.
/// </summary>
public sealed class CallbackSecrets
{
    private const int SecretBytes = 32;
    private const int IdBytes = 12;

    private readonly byte[] _root;

    /// <param name="key">The callbacks' own key; only its private value is used.</param>
    public CallbackSecrets(ECDsa key) =>
        _root = key.ExportParameters(includePrivateParameters: true).D!;

    /// <summary>A name that no secret had before.</summary>
    public static string NewId() =>
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));

    /// <summary>The secret of an agent: 32 bytes, as Standard Webhooks wants (24 to 64).</summary>
    public byte[] Of(AgentName agent, string secretId) =>
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            _root,
            SecretBytes,
            info: Encoding.UTF8.GetBytes($"chatapprovals callback v1\n{agent}\n{secretId}")
        );

    /// <summary>As it is shown to an administrator and given to the receiver's library: <c>whsec_…</c>.</summary>
    public string Reveal(AgentName agent, string secretId) =>
        "whsec_" + Convert.ToBase64String(Of(agent, secretId));
}

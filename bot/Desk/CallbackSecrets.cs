using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Jose;

namespace ChatApprovals.Desk;

/// <summary>
/// The secrets that sign callbacks, one for each agent: made by HKDF-SHA-256 (RFC 5869) from the callbacks' own key, so
/// that none of them is ever stored, and a rotation is an entry of the ledger like any other. A secret's id begins with
/// the thumbprint of the key that it is made from: after <c>key rotate callback</c> those from before sign until each of
/// them is rotated too, as its receiver has to be given another.
/// </summary>
/// <param name="keys">Has the key in use.</param>
/// <param name="find">A key that was in use before, by its thumbprint; null: its file is not there.</param>
public sealed class CallbackSecrets(KeyRing keys, Func<string, SigningKey?> find)
{
    private const int SecretBytes = 32;
    private const int IdBytes = 12;
    private const char End = '.';

    /// <summary>Private values by thumbprint: those of files are read once.</summary>
    private readonly ConcurrentDictionary<string, byte[]> _roots = new(StringComparer.Ordinal);

    /// <summary>A name that no secret had before; its secret is made from the key in use.</summary>
    public string NewId() =>
        keys[KeyRing.Callback].Kid
        + End
        + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));

    /// <summary>Whether a secret is made from the key in use, and not from one that was replaced.</summary>
    public bool IsCurrent(string secretId) => Is(RootOf(secretId), keys[KeyRing.Callback].Kid);

    /// <summary>The agents whose secret is made from a key that was replaced, by name.</summary>
    public ImmutableArray<AgentName> Outdated(Register register) =>
        [
            .. register
                .Callbacks.Values.Where(c => !IsCurrent(c.SecretId))
                .Select(c => c.Agent)
                .OrderBy(a => a.ToString(), StringComparer.Ordinal),
        ];

    /// <summary>The secret of an agent: 32 bytes, as Standard Webhooks wants (24 to 64).</summary>
    /// <exception cref="UnavailableException">The key that it is made from is not there.</exception>
    public byte[] Of(AgentName agent, string secretId) =>
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            _roots.GetOrAdd(RootOf(secretId), Root),
            SecretBytes,
            info: Encoding.UTF8.GetBytes($"chatapprovals callback v1\n{agent}\n{secretId}")
        );

    /// <summary>As it is shown to an administrator and given to the receiver's library: <c>whsec_…</c>.</summary>
    /// <exception cref="UnavailableException">The key that it is made from is not there.</exception>
    public string Reveal(AgentName agent, string secretId) =>
        "whsec_" + Convert.ToBase64String(Of(agent, secretId));

    private byte[] Root(string kid)
    {
        var current = keys[KeyRing.Callback];
        var key = Is(kid, current.Kid) ? current : find(kid);
        return key?.Key.ExportParameters(includePrivateParameters: true).D
            ?? throw new UnavailableException(
                $"the key {kid} for callbacks is not there: put its file back, or give the receiver a new secret (agent callback <name> rotate)"
            );
    }

    private static string RootOf(string secretId) =>
        secretId.LastIndexOf(End) is > 0 and var end ? secretId[..end] : "";

    private static bool Is(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal);
}

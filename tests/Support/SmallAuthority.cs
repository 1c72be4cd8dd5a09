using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ChatApprovals.Tests.Support;

/// <summary>An authority that issues certificates of web servers; nobody trusts it unless told to.</summary>
internal sealed class SmallAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2 _root;
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public SmallAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var more = request.CertificateExtensions;
        more.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        more.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        more.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(_now.AddDays(-9), _now.AddDays(9));
    }

    /// <summary>What an operator puts into the file of trusted roots.</summary>
    public string Pem => _root.ExportCertificatePem();

    /// <summary>A server's certificate for one name; with days below zero one that has run out.</summary>
    public X509Certificate2 Issue(string host, int days = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        var more = request.CertificateExtensions;
        more.Add(names.Build());
        more.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        more.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        using var bare = request.Create(
            _root,
            _now.AddDays(-8),
            _now.AddDays(days),
            RandomNumberGenerator.GetBytes(8)
        );
        return bare.CopyWithPrivateKey(key);
    }

    public void Dispose() => _root.Dispose();
}

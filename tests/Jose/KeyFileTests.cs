using System.Security.Cryptography;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Jose;

public sealed class KeyFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("keyfile").FullName;

    private string PathOfKey => Path.Combine(_directory, "grant.pem");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_created_key_is_private_and_is_the_one_that_is_loaded()
    {
        using var created = KeyFile.LoadOrCreate(PathOfKey);
        using var loaded = KeyFile.LoadOrCreate(PathOfKey);
        Assert.Equal(created.ExportSubjectPublicKeyInfo(), loaded.ExportSubjectPublicKeyInfo());
        Assert.Equal([PathOfKey], Directory.GetFiles(_directory));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(PathOfKey)
            );
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_key_that_others_may_touch_is_refused_with_the_way_out(UnixFileMode more)
    {
        SharedData.SkipUnless(!OperatingSystem.IsWindows(), "Windows has no file modes");
        using var created = KeyFile.Create(PathOfKey);
#pragma warning disable CA1416 // skipped above
        File.SetUnixFileMode(PathOfKey, UnixFileMode.UserRead | more);
#pragma warning restore CA1416
        var refusal = Assert.Throws<KeyFileException>(() => KeyFile.Load(PathOfKey));
        Assert.Contains("chmod 600", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_owner_is_refused()
    {
        SharedData.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            "only root can give a file away"
        );
        using var created = KeyFile.Create(PathOfKey);
        await OtherProgram.Run(
            "chown",
            ["65534", PathOfKey],
            null,
            TestContext.Current.CancellationToken
        );
        var refusal = Assert.Throws<KeyFileException>(() => KeyFile.Load(PathOfKey));
        Assert.Contains("another user", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_never_replaced()
    {
        using var created = KeyFile.Create(PathOfKey);
        Assert.Throws<KeyFileException>(() => KeyFile.Create(PathOfKey));
        using var loaded = KeyFile.Load(PathOfKey);
        Assert.Equal(created.ExportSubjectPublicKeyInfo(), loaded.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public async Task A_key_that_openssl_made_is_loaded()
    {
        var (exit, _) = await OtherProgram.Run(
            "openssl",
            [
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                PathOfKey,
            ],
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(0, exit);
        using var loaded = KeyFile.Load(PathOfKey);
        Assert.Equal(256, loaded.KeySize);
    }

    [Fact]
    public void Another_curve_and_other_text_are_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (
            var text in (string[])
                ["", "key", p384.ExportPkcs8PrivateKeyPem(), p256.ExportSubjectPublicKeyInfoPem()]
        )
        {
            using (KeyFile.Create(PathOfKey)) { }
            File.WriteAllText(PathOfKey, text);
            Assert.Throws<KeyFileException>(() => KeyFile.Load(PathOfKey));
            File.Delete(PathOfKey);
        }
    }
}

using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChatApprovals.Ledger;

/// <summary>
/// The few calls of OpenSSL's libcrypto that sign and verify Ed25519 (<c>EVP_DigestSign(3)</c>, since 1.1.1), in the library
/// that the base library loads on Linux anyway. Elsewhere, and where the library is built or set without the algorithm,
/// <see cref="HasEd25519"/> is false and nothing is called.
/// </summary>
internal static class Libcrypto
{
    /// <summary><c>EVP_PKEY_ED25519</c> of <c>openssl/evp.h</c>.</summary>
    private const int TypeEd25519 = 1087;

    private const string Name = "libcrypto";
    private const int Done = 1;

    /// <summary>In the order in which the base library looks for them.</summary>
    private static readonly string[] s_files = ["libcrypto.so.3", "libcrypto.so.1.1"];

    private static readonly nint s_library = Find();

    /// <summary>Tried once, with a key of nothing but zeros.</summary>
    public static bool HasEd25519 { get; } = s_library != 0 && CanSign();

    /// <summary>A private key by its 32 bytes; null: it cannot be made.</summary>
    public static EvpKey? PrivateKey(byte[] seed) =>
        Made(EVP_PKEY_new_raw_private_key(TypeEd25519, 0, seed, (nuint)seed.Length));

    /// <summary>The public half, 32 bytes.</summary>
    public static byte[] PublicOf(EvpKey key)
    {
        var bytes = new byte[Ed25519.KeySize];
        var length = (nuint)bytes.Length;
        Must(EVP_PKEY_get_raw_public_key(key, bytes, ref length));
        return bytes;
    }

    public static byte[] Sign(EvpKey key, byte[] message)
    {
        using var context = EVP_MD_CTX_new();
        var signature = new byte[Ed25519.SignatureSize];
        var length = (nuint)signature.Length;
        Must(EVP_DigestSignInit(context, 0, 0, 0, key));
        Must(EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length));
        return signature;
    }

    /// <summary>Null: this key cannot be tried here.</summary>
    public static bool? Verify(byte[] key, byte[] message, byte[] signature)
    {
        using var known = HasEd25519
            ? Made(EVP_PKEY_new_raw_public_key(TypeEd25519, 0, key, (nuint)key.Length))
            : null;
        if (known is null)
        {
            return null;
        }

        using var context = EVP_MD_CTX_new();
        Must(EVP_DigestVerifyInit(context, 0, 0, 0, known));
        var answer = EVP_DigestVerify(
            context,
            signature,
            (nuint)signature.Length,
            message,
            (nuint)message.Length
        );
        // What it says of a wrong signature would be found by whoever looks for an error next.
        ERR_clear_error();
        return answer == Done;
    }

    private static bool CanSign()
    {
        using var key = PrivateKey(new byte[Ed25519.KeySize]);
        return key is not null && Sign(key, []).Length == Ed25519.SignatureSize;
    }

    private static EvpKey? Made(EvpKey key)
    {
        if (!key.IsInvalid)
        {
            return key;
        }

        key.Dispose();
        ERR_clear_error();
        return null;
    }

    private static void Must(int answer)
    {
        if (answer != Done)
        {
            ERR_clear_error();
            throw new InvalidOperationException("libcrypto refuses Ed25519, which it had before.");
        }
    }

    private static nint Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var own = typeof(Libcrypto).Assembly;
        foreach (var file in s_files)
        {
            if (NativeLibrary.TryLoad(file, own, searchPath: null, out var library))
            {
                NativeLibrary.SetDllImportResolver(own, Resolve);
                return library;
            }
        }

        return 0;
    }

    /// <summary>0: any other name is found as ever.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        string.Equals(name, Name, StringComparison.Ordinal) ? s_library : 0;

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern EvpKey EVP_PKEY_new_raw_private_key(
        int type,
        nint engine,
        byte[] key,
        nuint length
    );

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern EvpKey EVP_PKEY_new_raw_public_key(
        int type,
        nint engine,
        byte[] key,
        nuint length
    );

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_PKEY_get_raw_public_key(
        EvpKey key,
        byte[] bytes,
        ref nuint length
    );

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern void EVP_PKEY_free(nint key);

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern EvpContext EVP_MD_CTX_new();

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern void EVP_MD_CTX_free(nint context);

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestSignInit(
        EvpContext context,
        nint keyContext,
        nint digest,
        nint engine,
        EvpKey key
    );

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestSign(
        EvpContext context,
        byte[] signature,
        ref nuint signatureLength,
        byte[] message,
        nuint messageLength
    );

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestVerifyInit(
        EvpContext context,
        nint keyContext,
        nint digest,
        nint engine,
        EvpKey key
    );

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EVP_DigestVerify(
        EvpContext context,
        byte[] signature,
        nuint signatureLength,
        byte[] message,
        nuint messageLength
    );

    [DllImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void ERR_clear_error();
}

/// <summary><c>EVP_PKEY</c>: freed when it is not used any more.</summary>
internal sealed class EvpKey() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Libcrypto.EVP_PKEY_free(handle);
        return true;
    }
}

/// <summary><c>EVP_MD_CTX</c>, for one signature.</summary>
internal sealed class EvpContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Libcrypto.EVP_MD_CTX_free(handle);
        return true;
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;

namespace ChatApprovals.Playground;

/// <summary>Unguessable identifiers in the platforms' spellings.</summary>
internal static class RandomIds
{
    public static string Token(int bytes = 18) =>
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    /// <summary>Such as <c>V0A1B2C3D4E</c>: a letter and ten upper-case letters or digits.</summary>
    public static string Upper(char kind) =>
        kind + RandomNumberGenerator.GetString("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", 10);

    public static string Guid() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString();
}

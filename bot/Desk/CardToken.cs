using System.Buffers.Text;
using System.Security.Cryptography;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>The value of a copy's buttons: 128 random bits.</summary>
internal static class CardToken
{
    private const int RandomBytes = 16;

    /// <summary>Opaque to everybody else; for us it begins with the request, so that no index is needed.</summary>
    public static string New(RequestId id, int copy) =>
        $"{id}.{copy}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes))}";
}

using ChatApprovals.Ledger;

namespace ChatApprovals.Tests.Support;

/// <summary>The verifier keys that a bot put beside its private ones.</summary>
internal static class VkeyFiles
{
    /// <summary>Of the checkpoints' first line.</summary>
    public static string[] P256(string keys) => Of(keys, NoteKey.Ecdsa);

    /// <summary>Of their second line.</summary>
    public static string[] Line(string keys) => Of(keys, NoteKey.Ed25519);

    private static string[] Of(string keys, byte type) =>
        [
            .. System
                .IO.Directory.GetFiles(keys, "*.vkey")
                .Where(f =>
                    NoteKey.TryParse(File.ReadAllText(f).Trim(), out var key) && key.Type == type
                )
                .Order(StringComparer.Ordinal),
        ];
}

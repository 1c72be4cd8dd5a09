using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChatApprovals.Ask;

/// <summary>How JSON is written here. For programs and people, never into a page.</summary>
internal static class AskJson
{
    /// <summary>On one line; letters stay letters.</summary>
    public static JsonSerializerOptions Plain { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonSerializerOptions Indented { get; } = new(Plain) { WriteIndented = true };
}

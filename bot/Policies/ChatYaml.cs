using System.Text;

namespace ChatApprovals.Policies;

/// <summary>
/// Takes back what phones and chat programs do to YAML: code fences, smart quotes, long dashes, bullets,
/// spaces that are none. Pure; changes nothing in a text that was typed as it should be.
/// </summary>
public static class ChatYaml
{
    private const string Fence = "```";
    private const string DoubleQuotes = "“”„‟«»";
    private const string SingleQuotes = "‘’‚‛";
    private const string Dashes = "‐‑‒–—―−";
    private const string Bullets = "•◦▪‣";

    public static string Clean(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.ReplaceLineEndings("\n"))
        {
            plain.Append(Plain(c));
        }

        var lines = Unfenced(plain.ToString()).Split('\n').Select(l => l.TrimEnd()).ToList();
        while (lines is ["", ..])
        {
            lines.RemoveAt(0);
        }

        return string.Join('\n', lines).TrimEnd();
    }

    private static string Plain(char c) =>
        c switch
        {
            '\u200B' or '\u2060' or '\uFEFF' => "",
            '\u2028' or '\u2029' => "\n",
            _ when DoubleQuotes.Contains(c, StringComparison.Ordinal) => "\"",
            _ when SingleQuotes.Contains(c, StringComparison.Ordinal) => "'",
            _ when Dashes.Contains(c, StringComparison.Ordinal) => "-",
            _ when Bullets.Contains(c, StringComparison.Ordinal) => "-",
            not '\n' and not '\t' when char.IsWhiteSpace(c) => " ",
            _ => c.ToString(),
        };

    /// <summary>Without the fences around it, and the language's name after the first one.</summary>
    private static string Unfenced(string text)
    {
        var body = text.Trim('\n', ' ');
        if (!body.StartsWith(Fence, StringComparison.Ordinal))
        {
            return text;
        }

        body = body[Fence.Length..];
        var end = body.LastIndexOf(Fence, StringComparison.Ordinal);
        body = end < 0 ? body : body[..end];
        foreach (var language in (string[])["yaml", "yml"])
        {
            if (body.StartsWith(language + "\n", StringComparison.Ordinal))
            {
                return body[language.Length..];
            }
        }

        return body;
    }
}

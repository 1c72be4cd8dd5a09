using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Cards;

namespace ChatApprovals.Export;

/// <summary>What both pages share: head, style, and how other people's text is put into them.</summary>
internal static class PageText
{
    private const string Style = """
        :root{color-scheme:light dark;--line:#8884;--soft:#8882;--good:#1a7f37;--bad:#c0392b;--odd:#9a6700}
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem}h2{font-size:1.15rem;margin:0}code,pre{font-family:ui-monospace,monospace;font-size:.9em}
        article{border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin:1rem 0;break-inside:avoid}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.6rem 0}dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}
        ol{list-style:none;border-left:2px solid var(--line);margin:.8rem 0 .4rem .3rem;padding-left:1rem}
        li{margin:.35rem 0}li time{opacity:.7;font-size:.85em;margin-right:.6em}li small{opacity:.7;overflow-wrap:anywhere}
        pre{background:var(--soft);padding:.6rem;border-radius:.4rem;white-space:pre-wrap;overflow-wrap:anywhere}
        .approved{color:var(--good)}.denied{color:var(--bad)}.expired,.cancelled,.pending{color:var(--odd)}.state{font-weight:700}
        .words{border-left:4px solid var(--odd);padding-left:.8rem}table{border-collapse:collapse;width:100%}
        th,td{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
        td.n,th.n{text-align:right}input{font:inherit;width:100%;padding:.5rem;box-sizing:border-box}[hidden]{display:none}
        @media print{input,.screen{display:none}body{max-width:none}}
        """;

    private const string Search = """
        const box=document.querySelector('input');
        box?.addEventListener('input',()=>{const q=box.value.toLowerCase();
        for(const a of document.querySelectorAll('article'))a.hidden=!a.textContent.toLowerCase().includes(q);});
        """;

    /// <summary>
    /// A page that may load nothing and run nothing but the one script that is in it: filtering by text.
    /// </summary>
    public static string Head(string title) =>
        $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{Hash(
                Style
            )}'; script-src '{Hash(Search)}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width"><title>{Text(title)}</title>
            <style>{Style}</style></head><body>
            <h1>{Text(title)}</h1>

            """;

    public static string Foot => $"<script>{Search}</script></body></html>\n";

    /// <summary>Text on one line, whatever it holds: visible, and inert.</summary>
    public static string Text(string? raw) => WebUtility.HtmlEncode(CardText.Line(raw ?? ""));

    /// <summary>Text with its own lines.</summary>
    public static string Block(string raw) =>
        $"<pre>{string.Join('\n', CardText.Lines(raw).Select(WebUtility.HtmlEncode))}</pre>";

    public static string Time(DateTimeOffset at)
    {
        var text = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return $"<time>{text} UTC</time>";
    }

    public static ReadOnlyMemory<byte> Bytes(string html) => Encoding.UTF8.GetBytes(html);

    private static string Hash(string inline) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline)))}";
}

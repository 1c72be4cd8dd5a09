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
        :root{color-scheme:light dark;--line:#8885;--soft:#8881;--mute:#57606a;--good:#1a7f37;--bad:#b3261e;--odd:#8a5a00;--link:#0757a8}
        @media (prefers-color-scheme:dark){:root{--mute:#9aa4ae;--good:#56d364;--bad:#ff8379;--odd:#e3b341;--link:#79b8ff}}
        *{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere;background:Canvas;color:CanvasText}
        h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.15rem;line-height:1.3;margin:0}body>h2{margin-top:2.2rem}
        h3{font-size:.95rem;margin:1rem 0 .3rem}h3 small,.on{font-weight:400;color:var(--mute)}a{color:var(--link)}
        code,pre{font-family:ui-monospace,monospace;font-size:.9em}
        article{border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.2rem;margin:1.2rem 0}
        .by{margin:.2rem 0 .6rem;color:var(--mute)}.by code{color:CanvasText}
        dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.15rem 1rem;margin:.6rem 0}
        dt{color:var(--mute)}dd{margin:0;min-width:0}
        ol{list-style:none;border-left:2px solid var(--line);margin:.4rem 0 .6rem .35rem;padding-left:1.1rem}
        li{margin:.55rem 0;position:relative}li::before{content:"";position:absolute;left:-1.5rem;top:.45em;width:.7rem;height:.7rem;border-radius:50%;background:Canvas;border:2px solid var(--mute)}
        li.good::before{border-color:var(--good);background:var(--good)}li.bad::before{border-color:var(--bad);background:var(--bad);border-radius:0}
        li.odd::before{border-color:var(--odd);transform:rotate(45deg);border-radius:0}
        time{color:var(--mute);font-size:.9em;font-variant-numeric:tabular-nums;white-space:nowrap}li>time,.by time{margin-right:.4em}
        li small{display:block;color:var(--mute)}blockquote{margin:.25rem 0;padding-left:.7rem;border-left:3px solid var(--line);white-space:pre-wrap}
        pre{background:var(--soft);padding:.6rem;border-radius:.4rem;white-space:pre-wrap;margin:.4rem 0}
        .diff span{display:block;padding:0 .3rem}.add{background:#2da44e2e}.del{background:#cf222e2b}.at{color:var(--mute)}
        .approved,.good-text{color:var(--good)}.denied,.bad-text{color:var(--bad)}.expired,.cancelled,.pending,.odd-text{color:var(--odd)}.state{font-weight:700}
        .risk{border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;font-size:.85em;white-space:nowrap}.risk.high,.risk.critical{border-color:var(--bad);color:var(--bad)}
        .words{border-left:4px solid var(--odd);padding-left:.8rem;margin:.8rem 0}summary{cursor:pointer;color:var(--link)}.receipt{font-size:.9em;margin:.4rem 0 0}
        .wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.4rem 0 1rem}
        th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top;min-width:5.5rem}td.n,th.n{min-width:0}th{overflow-wrap:normal;color:var(--mute);font-weight:600;white-space:nowrap}.few{width:auto;min-width:min(26rem,100%)}td small{display:block}
        td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}td time{white-space:nowrap}svg{display:block}
        .find{position:sticky;top:0;background:Canvas;padding:.5rem 0;z-index:1;display:flex;gap:.8rem;align-items:center}output{color:var(--mute);white-space:nowrap}
        input{font:inherit;flex:1;min-width:0;padding:.5rem .7rem;border:1px solid var(--line);border-radius:.4rem;background:Canvas;color:CanvasText}[hidden]{display:none}
        @media (max-width:34rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.35rem}article{padding:.8rem}th,td{padding:.25rem .4rem}}
        @media print{@page{margin:16mm}.screen{display:none}:root{color-scheme:light;--mute:#444;--good:#1a7f37;--bad:#b3261e;--odd:#8a5a00;--link:#000}
        body{max-width:none;margin:0;padding:0;font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}article{border:0;border-top:1px solid #888;border-radius:0;padding:.6rem 0}
        h1,h2,h3,.by{break-after:avoid}li,tr,dt,svg{break-inside:avoid}td,th{overflow-wrap:anywhere;white-space:normal}details:not([open]){display:none}}
        """;

    private const string Search = """
        const box=document.querySelector('input'),out=document.querySelector('output'),all=[...document.querySelectorAll('article')];
        const find=()=>{const words=box.value.toLowerCase().split(/\s+/).filter(Boolean);let n=0;
        for(const a of all){const t=a.dataset.t??=a.textContent.toLowerCase();a.hidden=!words.every(w=>t.includes(w));n+=!a.hidden}
        out.textContent=n+' of '+all.length};
        if(box){box.addEventListener('input',find);find()}
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
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>{Text(title)}</title>
            <style>{Style}</style></head><body>
            <h1>{Text(title)}</h1>

            """;

    public static string Foot => $"<script>{Search}</script></body></html>\n";

    /// <summary>Text on one line, whatever it holds: visible, and inert.</summary>
    public static string Text(string? raw) => WebUtility.HtmlEncode(CardText.Line(raw ?? ""));

    /// <summary>A line of a diff or a log, with the blanks at its ends.</summary>
    public static string Code(string raw) => WebUtility.HtmlEncode(CardText.Code(raw));

    /// <summary>How long something took, as one says it.</summary>
    public static string Span(TimeSpan took) =>
        took switch
        {
            { TotalSeconds: < 10 } => string.Create(
                CultureInfo.InvariantCulture,
                $"{took.TotalSeconds:0.0} s"
            ),
            { TotalMinutes: < 2 } => $"{(int)took.TotalSeconds} s",
            { TotalHours: < 2 } => $"{(int)took.TotalMinutes} min",
            _ => $"{(int)took.TotalHours} h {took.Minutes} min",
        };

    /// <summary>Text with its own lines.</summary>
    public static string Block(string raw) =>
        $"<pre>{string.Join('\n', CardText.Lines(raw).Select(WebUtility.HtmlEncode))}</pre>";

    public static string Time(DateTimeOffset at)
    {
        var text = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return $"<time>{text} UTC</time>";
    }

    /// <summary>A table; what begins with a digit stands to the right. Cells are text of the page already.</summary>
    public static string Table(
        IReadOnlyList<string> heads,
        IReadOnlyList<string[]> rows,
        string none
    )
    {
        if (rows.Count == 0)
        {
            return none.Length == 0 ? "" : $"<p>{none}</p>\n";
        }

        var html = new StringBuilder("<div class=\"wide\"><table");
        html.Append(heads.Count == 2 && rows[0][1].Length < 12 ? " class=\"few\"><tr>" : "><tr>");
        for (var i = 0; i < heads.Count; i++)
        {
            html.Append($"<th{Side(rows[0][i])}>{heads[i]}</th>");
        }

        html.Append("</tr>\n");
        foreach (var row in rows)
        {
            html.Append("<tr>");
            foreach (var cell in row)
            {
                html.Append($"<td{Side(cell)}>{cell}</td>");
            }

            html.Append("</tr>\n");
        }

        return html.Append("</table></div>\n").ToString();
    }

    private static string Side(string cell) =>
        cell is [>= '0' and <= '9', ..] && cell.Length < 12 ? " class=\"n\"" : "";

    public static string Count(long count, string one, string many) =>
        $"{Number(count)} {(count == 1 ? one : many)}";

    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static ReadOnlyMemory<byte> Bytes(string html) => Encoding.UTF8.GetBytes(html);

    private static string Hash(string inline) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline)))}";
}

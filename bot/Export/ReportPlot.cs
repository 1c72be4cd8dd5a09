using System.Globalization;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>Bars as inline SVG: the figures stand beside them, so that nothing is told by length or colour alone.</summary>
internal static class ReportPlot
{
    private const int Row = 24;
    private const int Left = 110;
    private const int Wide = 440;

    /// <param name="title">What the bars are, for who does not see them.</param>
    /// <param name="bars">Top to bottom; raw names.</param>
    public static string Bars(string title, IReadOnlyList<(string Name, long Value)> bars)
    {
        var most = Math.Max(1, bars.Max(b => b.Value));
        var svg = new StringBuilder("<div class=\"wide\">");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg role=\"img\" aria-label=\"{PageText.Text(title)}\" width=\"640\" height=\"{Row * bars.Count}\" viewBox=\"0 0 640 {Row * bars.Count}\" fill=\"currentColor\" font-size=\"14\">\n"
        );
        for (var i = 0; i < bars.Count; i++)
        {
            var (y, width) = (i * Row, bars[i].Value * Wide / most);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Left - 8}\" y=\"{y + 16}\" text-anchor=\"end\">{PageText.Text(bars[i].Name)}</text><rect x=\"{Left}\" y=\"{y + 3}\" width=\"{width}\" height=\"{Row - 6}\" opacity=\".6\"/><text x=\"{Left + width + 8}\" y=\"{y + 16}\">{bars[i].Value}</text>\n"
            );
        }

        return svg.Append("</svg></div>\n").ToString();
    }
}

using System.Text;
using System.Text.Json;
using ChatApprovals.Export;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary><c>events.ocsf.jsonl</c> against the published classes, of a ledger with a lot going on.</summary>
public sealed class OcsfTests
{
    [Fact]
    public async Task Every_line_for_a_siem_is_what_the_published_ocsf_classes_say()
    {
        await using var desk = await BusyDesk.OpenAsync();
        var lines = OcsfLines
            .Write(ExportDesk.Span(desk))
            .Select(l => JsonElement.Parse(l.Span))
            .ToList();
        Assert.Contains(lines, l => l.GetProperty("class_uid").GetInt32() == 6003);
        Assert.True(
            lines
                .Select(l => l.GetProperty("message").GetString())
                .Distinct(StringComparer.Ordinal)
                .Count() > 15
        );
        Assert.All(lines, l => Assert.Empty(OcsfSchema.Faults(l)));
    }

    [Fact]
    public async Task The_check_of_ocsf_lines_finds_what_is_wrong()
    {
        await using var desk = await BusyDesk.OpenAsync();
        var line = Encoding.UTF8.GetString(OcsfLines.Write(ExportDesk.Span(desk)).First().Span);
        foreach (
            var (from, to) in ((string, string)[])
                [
                    ("\"severity_id\":1", "\"severity_id\":7"),
                    ("\"time\":", "\"when\":"),
                    ("\"vendor_name\":\"ChatApprovals\"", "\"vendor_name\":1"),
                    ("\"type\":\"", "\"kind\":\""),
                    ("\"version\":\"1.8.0\",", ""),
                ]
        )
        {
            Assert.Contains(from, line, StringComparison.Ordinal);
            var wrong = line.Replace(from, to, StringComparison.Ordinal);
            Assert.NotEmpty(OcsfSchema.Faults(Make.Json(wrong)));
        }
    }
}

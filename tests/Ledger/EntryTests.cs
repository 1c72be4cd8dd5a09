using System.Text;
using System.Text.Json;
using ChatApprovals.Ledger;

namespace ChatApprovals.Tests.Ledger;

public sealed class EntryTests
{
    private static readonly DateTimeOffset At = new(
        2026,
        11,
        20,
        10,
        48,
        40,
        123,
        TimeSpan.FromHours(1)
    );

    [Fact]
    public void An_entry_is_these_bytes()
    {
        var entry = Write(json =>
        {
            json.WriteString("name", "Zoë <b>&\u202e😀");
            json.WriteNumber("count", 2);
        });
        Assert.Equal(
            """{"v":1,"seq":7,"at":"2026-11-20T09:48:40.123Z","kind":"request.created","""
                + """ "txn":"apr_1","name":"Zoë \u003Cb\u003E\u0026\u202E\uD83D\uDE00","count":2}""".Trim(),
            Encoding.UTF8.GetString(entry)
        );
    }

    [Fact]
    public void What_was_written_is_read()
    {
        var head = Entry.Read(Write(json => json.WriteBoolean("unreviewed", true)));
        Assert.Equal(
            new EntryHead(1, 7, At.ToUniversalTime(), EntryKinds.RequestCreated, "apr_1"),
            head
        );
    }

    [Fact]
    public void A_lone_surrogate_becomes_a_replacement_character_so_that_the_bytes_are_utf8()
    {
        var entry = Write(json => json.WriteString("text", "a\ud800b"));
        Assert.Equal(
            "a\ufffdb",
            JsonDocument.Parse(entry).RootElement.GetProperty("text").GetString()
        );
    }

    [Fact]
    public void Every_kind_of_the_contract_has_the_grammar_of_a_kind()
    {
        // The contract's, and what only a restored ledger has.
        Assert.Equal(27, EntryKinds.All.Count(k => k is not EntryKinds.LedgerRestored));
        Assert.All(EntryKinds.All, kind => Assert.True(EntryKinds.IsKind(kind)));
    }

    [Fact]
    public void The_largest_entry_fits_and_one_byte_more_is_refused()
    {
        var rest = Entry.MaxBytes - Write(json => json.WriteString("text", "")).Length;
        Assert.Equal(
            Entry.MaxBytes,
            Write(json => json.WriteString("text", new string('a', rest))).Length
        );
        Assert.Throws<EntryTooLargeException>(() =>
            Write(json => json.WriteString("text", new string('a', rest + 1)))
        );
    }

    [Fact]
    public void A_writer_that_says_a_member_twice_is_a_bug_that_shows_at_once()
    {
        Assert.Throws<FormatException>(() => Write(json => json.WriteNumber("seq", 8)));
        Assert.Throws<FormatException>(() =>
            Write(json =>
            {
                json.WritePropertyName("x");
                json.WriteRawValue("{ }");
            })
        );
        Assert.Throws<FormatException>(() => Write(_ => { }, "apr 1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"v":1}""")]
    [InlineData("""{"v":2,"seq":0,"at":"2026-11-20T09:48:40.123Z","kind":"a.b","txn":""}""")]
    [InlineData("""{"v":1,"seq":-1,"at":"2026-11-20T09:48:40.123Z","kind":"a.b","txn":""}""")]
    [InlineData("""{"v":1,"seq":0.0,"at":"2026-11-20T09:48:40.123Z","kind":"a.b","txn":""}""")]
    [InlineData("""{"v":1,"seq":0,"at":"2026-11-20T09:48:40.123456Z","kind":"a.b","txn":""}""")]
    [InlineData("""{"v":1,"seq":0,"at":"2026-11-20T09:48:40.123+00:00","kind":"a.b","txn":""}""")]
    [InlineData("""{"v":1,"seq":0,"at":"2026-02-30T09:48:40.123Z","kind":"a.b","txn":""}""")]
    [InlineData("""{"v":1,"seq":0,"at":"2026-11-20T09:48:40.123Z","kind":"A.b","txn":""}""")]
    [InlineData("""{"v":1,"seq":0,"at":"2026-11-20T09:48:40.123Z","kind":"a","txn":""}""")]
    [InlineData("""{"v":1,"seq":0,"at":"2026-11-20T09:48:40.123Z","kind":"a.b","txn":null}""")]
    [InlineData("""{"v":1,"seq":0,"at":"2026-11-20T09:48:40.123Z","kind":"a.b","txn":"\u0041"}""")]
    [InlineData("""{"v":1,"seq":0,"at":"2026-11-20T09:48:40.123Z","kind":"a.b","txn":""} """)]
    [InlineData("""{"v":1, "seq":0,"at":"2026-11-20T09:48:40.123Z","kind":"a.b","txn":""}""")]
    [InlineData("""{"seq":0,"v":1,"at":"2026-11-20T09:48:40.123Z","kind":"a.b","txn":""}""")]
    [InlineData(
        """{"v":1,"seq":0,"at":"2026-11-20T09:48:40.123Z","kind":"a.b","txn":"","txn":""}"""
    )]
    [InlineData(
        """{"v":1,"seq":0,"at":"2026-11-20T09:48:40.123Z","kind":"a.b","txn":"","x":{"a":1,"a":1}}"""
    )]
    [InlineData(
        "{\"v\":1,\"seq\":0,\"at\":\"2026-11-20T09:48:40.123Z\",\"kind\":\"a.b\",\"txn\":\"\",\n\"x\":1}"
    )]
    public void Anything_but_the_one_form_is_refused(string entry) =>
        Assert.Throws<FormatException>(() => Entry.Read(Encoding.UTF8.GetBytes(entry)));

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var entry = Write(json => json.WriteString("text", "aaa"));
        entry[^3] = 0xff;
        Assert.Throws<FormatException>(() => Entry.Read(entry));
    }

    private static byte[] Write(Action<Utf8JsonWriter> members, string txn = "apr_1") =>
        Entry.Write(7, At, EntryKinds.RequestCreated, txn, members);
}

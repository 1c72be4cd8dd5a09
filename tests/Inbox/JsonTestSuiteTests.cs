using ChatApprovals.Http;
using ChatApprovals.Inbox;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Inbox;

/// <summary>nst/JSONTestSuite, all 318 parsing files, through <see cref="StrictJson"/>.</summary>
public sealed class JsonTestSuiteTests
{
    /// <summary>RFC 8259 accepts these and we do not, on purpose.</summary>
    private static readonly Dictionary<string, string> RefusedOnPurpose = new(
        StringComparer.Ordinal
    )
    {
        ["y_object_duplicated_key.json"] = "a member twice has two meanings",
        ["y_object_duplicated_key_and_value.json"] = "a member twice has two meanings",
        ["y_object_extreme_numbers.json"] = "beyond ±(2^53−1)",
        ["y_number.json"] = "beyond ±(2^53−1)",
        ["y_number_real_capital_e.json"] = "beyond ±(2^53−1)",
        ["y_number_real_exponent.json"] = "beyond ±(2^53−1)",
        ["y_number_real_fraction_exponent.json"] = "beyond ±(2^53−1)",
    };

    /// <summary>The answers to what RFC 8259 leaves open: everything else of <c>i_</c> is refused.</summary>
    private static readonly HashSet<string> AcceptedByChoice = new(StringComparer.Ordinal)
    {
        "i_number_double_huge_neg_exp.json", // 123.456e-789 is nought to everyone; not in what binds
        "i_number_real_underflow.json", // the same
    };

    [Fact]
    public void Every_file_is_answered_as_its_name_says()
    {
        var files = Directory.GetFiles(
            SharedData.Path("data/JSONTestSuite/test_parsing"),
            "*.json"
        );
        Assert.Equal(318, files.Length);
        var wrong = files.Where(f => Accepts(f) != IsExpected(Path.GetFileName(f)));
        Assert.Equal<string>([], wrong.Select(f => Path.GetFileName(f)), StringComparer.Ordinal);
    }

    [Fact]
    public void Transformations_are_read_in_one_way_or_refused()
    {
        var files = Directory.GetFiles(
            SharedData.Path("data/JSONTestSuite/test_transform"),
            "*.json"
        );
        Assert.Equal(22, files.Length);
        Assert.Equal(
            [
                "number_-9223372036854775808.json",
                "number_-9223372036854775809.json",
                "number_10000000000000000999.json",
                "number_9223372036854775807.json",
                "number_9223372036854775808.json",
                "object_same_key_different_values.json",
                "object_same_key_same_value.json",
                "object_same_key_unclear_values.json",
                "string_1_escaped_invalid_codepoint.json",
                "string_1_invalid_codepoint.json",
                "string_2_escaped_invalid_codepoints.json",
                "string_2_invalid_codepoints.json",
                "string_3_escaped_invalid_codepoints.json",
                "string_3_invalid_codepoints.json",
            ],
            files
                .Where(f => !Accepts(f))
                .Select(f => Path.GetFileName(f))
                .Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
    }

    private static bool IsExpected(string name) =>
        name[0] switch
        {
            'y' => !RefusedOnPurpose.ContainsKey(name),
            'i' => AcceptedByChoice.Contains(name),
            _ => false,
        };

    private static bool Accepts(string file) =>
        StrictJson.Read(File.ReadAllBytes(file)) is JsonReading.Accepted;
}

using System.Globalization;
using System.Text;

namespace ChatApprovals.Approvals;

/// <summary>
/// How RFC 8785 spells a number: ECMA-262 Number::toString, the shortest digits that read back as this double (the round-trip
/// form of .NET has the same), laid out by where the decimal point falls.
/// </summary>
internal static class CanonicalNumber
{
    /// <exception cref="FormatException">Not finite: such a number has no JSON form.</exception>
    public static void Append(StringBuilder text, double value)
    {
        if (!double.IsFinite(value))
            throw new FormatException("A number is beyond the range of doubles.");
        if (value == 0)
        {
            text.Append('0');
            return;
        }
        if (value < 0)
            text.Append('-');
        var (digits, point) = Shortest(Math.Abs(value));
        if (point is > 0 and <= 21)
            AppendFixed(text, digits, point);
        else if (point is > -6 and <= 0)
            text.Append("0.").Append('0', -point).Append(digits);
        else
            AppendExponent(text, digits, point - 1);
    }

    private static void AppendFixed(StringBuilder text, string digits, int point)
    {
        if (digits.Length <= point)
            text.Append(digits).Append('0', point - digits.Length);
        else
            text.Append(digits, 0, point).Append('.').Append(digits, point, digits.Length - point);
    }

    private static void AppendExponent(StringBuilder text, string digits, int exponent)
    {
        text.Append(digits[0]);
        if (digits.Length > 1)
            text.Append('.').Append(digits, 1, digits.Length - 1);
        text.Append(exponent < 0 ? "e-" : "e+").Append(Math.Abs(exponent));
    }

    // value = 0.digits times ten to the power of point; digits neither begins nor ends with a zero.
    private static (string Digits, int Point) Shortest(double value)
    {
        var printed = value.ToString("R", CultureInfo.InvariantCulture);
        var e = printed.IndexOf('E', StringComparison.Ordinal);
        var exponent =
            e < 0 ? 0 : int.Parse(printed.AsSpan(e + 1), provider: CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? printed : printed[..e];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        var point = (dot < 0 ? mantissa.Length : dot) + exponent - leading;
        return (digits.Trim('0'), point);
    }
}

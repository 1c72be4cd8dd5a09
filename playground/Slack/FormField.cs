using System.Text;

namespace ChatApprovals.Playground.Slack;

/// <summary>One field as <c>application/x-www-form-urlencoded</c>, from bytes to bytes: clicks come by the thousand.</summary>
internal static class FormField
{
    public static byte[] Encode(string name, ReadOnlySpan<byte> value)
    {
        var form = new byte[name.Length + 1 + 3 * value.Length];
        var at = Encoding.ASCII.GetBytes(name, form);
        form[at++] = (byte)'=';
        foreach (var octet in value)
        {
            if (
                char.IsAsciiLetterOrDigit((char)octet)
                || octet is (byte)'-' or (byte)'_' or (byte)'.'
            )
            {
                form[at++] = octet;
                continue;
            }
            form[at++] = (byte)'%';
            form[at++] = Hex(octet >> 4);
            form[at++] = Hex(octet & 15);
        }
        return form[..at];
    }

    private static byte Hex(int digit) => (byte)"0123456789ABCDEF"[digit];
}

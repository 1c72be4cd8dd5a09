namespace ChatApprovals.Desk;

/// <summary>
/// The whole body of a platform's request, as the bytes that were signed, or of a guarded call, as the bytes
/// that are bound. Never more is kept in memory than may be sent.
/// </summary>
public static class BoundedBody
{
    /// <summary>Contract sections 3 and 7: bodies over 1 MiB are answered with 413.</summary>
    public const int BytesMax = 1024 * 1024;

    /// <param name="body">Read to its end, or until it is too long.</param>
    /// <param name="declared">What the sender says of its length; null: unknown.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>Null when it is, or says it is, longer than <see cref="BytesMax"/>.</returns>
    public static async Task<byte[]?> ReadAsync(
        Stream body,
        long? declared,
        CancellationToken cancel
    )
    {
        if (declared > BytesMax)
        {
            return null;
        }

        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancel)) > 0)
        {
            if (kept.Length + read > BytesMax)
            {
                return null;
            }

            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }
}

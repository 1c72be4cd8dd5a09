using System.Net;
using System.Net.Http.Headers;

namespace ChatApprovals.Teams;

/// <summary>
/// Puts a file where Teams said to after the person agreed (teams.md 2.10): a OneDrive upload session, range by range,
/// without the bot's token. Never throws for what Microsoft or the network does.
/// </summary>
public sealed class TeamsUpload(TeamsOptions options) : IDisposable
{
    /// <summary>Sessions take multiples of 320 KiB, at most 60 MiB at once (learn.microsoft.com, createUploadSession).</summary>
    private const int Range = 16 * 320 * 1024;

    private const int TriesMax = 3;
    private const int AnswerMax = 1 << 20;

    private static readonly TimeSpan s_connectFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_rangeFor = TimeSpan.FromMinutes(2);

    /// <summary>Where OneDrive for work is, in the public and the government clouds.</summary>
    private static readonly string[] s_hosts =
    [
        ".sharepoint.com",
        ".sharepoint.us",
        ".sharepoint-mil.us",
    ];

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            ConnectTimeout = s_connectFor,
            AllowAutoRedirect = false,
            UseCookies = false,
        }
    )
    {
        Timeout = s_rangeFor,
        MaxResponseContentBufferSize = AnswerMax,
    };

    /// <summary>Null when all of it was taken, else why not.</summary>
    public async Task<string?> WhyNotPutAsync(Uri url, string path, CancellationToken cancel)
    {
        await using var file = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            bufferSize: 0,
            FileOptions.Asynchronous | FileOptions.SequentialScan
        );
        var buffer = new byte[Math.Min(Range, file.Length)];
        for (var from = 0L; from < file.Length; )
        {
            var count = await file.ReadAtLeastAsync(
                buffer,
                (int)Math.Min(buffer.Length, file.Length - from),
                throwOnEndOfStream: true,
                cancel
            );
            var place = new ContentRangeHeaderValue(from, from + count - 1, file.Length);
            if (await WhyNotPutAsync(url, buffer.AsMemory(0, count), place, cancel) is { } why)
            {
                return why;
            }

            from += count;
        }

        return null;
    }

    /// <summary>
    /// Where a file may go: https to OneDrive for work, or the origin of an address that the settings name.
    /// What Teams says may be what somebody made it say.
    /// </summary>
    public Uri? Allowed(string? uploadUrl) =>
        Uri.TryCreate(uploadUrl, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0
        && (
            url.Scheme is "https"
                && url.IsDefaultPort
                && Array.Exists(
                    s_hosts,
                    h => url.IdnHost.EndsWith(h, StringComparison.OrdinalIgnoreCase)
                )
            || (options.AllowedServiceUrls ?? []).Any(known =>
                string.Equals(
                    new Uri(known).GetLeftPart(UriPartial.Authority),
                    url.GetLeftPart(UriPartial.Authority),
                    StringComparison.Ordinal
                )
            )
        )
            ? url
            : null;

    public void Dispose() => _http.Dispose();

    /// <summary>The same range may be put again: a session takes it once.</summary>
    private async Task<string?> WhyNotPutAsync(
        Uri url,
        ReadOnlyMemory<byte> bytes,
        ContentRangeHeaderValue place,
        CancellationToken cancel
    )
    {
        var why = "";
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            try
            {
                using var content = new ReadOnlyMemoryContent(bytes);
                content.Headers.ContentRange = place;
                using var answer = await _http.PutAsync(url, content, cancel);
                if (answer.IsSuccessStatusCode)
                {
                    return null;
                }

                why = $"OneDrive answered {(int)answer.StatusCode}";
                if (answer.StatusCode < HttpStatusCode.InternalServerError)
                {
                    return why;
                }
            }
            catch (HttpRequestException)
            {
                why = "the connection to OneDrive broke";
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                why = "OneDrive did not answer in time";
            }
        }

        return why;
    }
}

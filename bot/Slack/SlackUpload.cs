using System.Net;
using System.Net.Http.Headers;

namespace ChatApprovals.Slack;

/// <summary>
/// Sends a file's bytes where Slack said to (docs.slack.dev, <c>files.getUploadURLExternal</c>): once, without our token,
/// a piece at a time. Never throws for what Slack or the network does.
/// </summary>
public sealed class SlackUpload : IDisposable
{
    private static readonly TimeSpan ConnectFor = TimeSpan.FromSeconds(5);

    /// <summary>Slack takes at most 1 GB; own limit for a slow line.</summary>
    private static readonly TimeSpan UploadFor = TimeSpan.FromMinutes(15);

    private const int Piece = 1 << 16;

    private readonly HttpClient _http;
    private readonly SlackOptions _options;

    public SlackUpload(SlackOptions options)
    {
        _options = options;
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectTimeout = ConnectFor,
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = !SlackOptions.IsLoopback(options.ApiBase),
            }
        )
        {
            Timeout = UploadFor,
            MaxResponseContentBufferSize = Piece,
        };
    }

    public async Task<SlackResult> SendAsync(string url, string path, CancellationToken cancel)
    {
        if (!IsAllowed(url, _options.ApiBase))
        {
            return new SlackResult.NotSent("the upload URL is not Slack's");
        }

        try
        {
            await using var file = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                Piece,
                FileOptions.Asynchronous | FileOptions.SequentialScan
            );
            using var content = new StreamContent(file, Piece);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Headers.ContentLength = file.Length;
            using var answer = await _http.PostAsync(new Uri(url), content, cancel);
            return answer.StatusCode == HttpStatusCode.OK
                ? new SlackResult.Done(default)
                : new SlackResult.Refused(
                    $"http_{(int)answer.StatusCode}",
                    "the upload was not taken"
                );
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new SlackResult.Unsure("the upload to Slack broke off");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new SlackResult.Unsure("the upload to Slack took too long");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>https to a host of Slack's, or to the origin of <c>Slack:ApiBaseUrl</c>.</summary>
    public static bool IsAllowed(string uploadUrl, Uri apiBase) =>
        Uri.TryCreate(uploadUrl, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0
        && (
            url.Scheme is "https"
                && url.IsDefaultPort
                && url.IdnHost.EndsWith(".slack.com", StringComparison.Ordinal)
            || string.Equals(
                url.GetLeftPart(UriPartial.Authority),
                apiBase.GetLeftPart(UriPartial.Authority),
                StringComparison.Ordinal
            )
        );
}

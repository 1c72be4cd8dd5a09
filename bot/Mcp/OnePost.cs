using System.Text.Json;
using System.Threading.Channels;
using ChatApprovals.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace ChatApprovals.Mcp;

/// <summary>
/// The transport of one POST (stateless Streamable HTTP): one call in, its answer out; as JSON, or as the last
/// event of a stream when something was told before. Nothing is written once the POST is over, and no
/// second POST ever reaches it: there is no session to take over.
/// </summary>
internal sealed class OnePost : ITransport
{
    private readonly Channel<JsonRpcMessage> _calls = Channel.CreateBounded<JsonRpcMessage>(1);
    private readonly TaskCompletionSource _over = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly SemaphoreSlim _writing = new(1);
    private readonly HttpContext _http;
    private readonly bool _tellsByStatus;

    /// <param name="http">Its answer is written here.</param>
    /// <param name="call">Its message.</param>
    /// <param name="tellsByStatus">Whether the status, too, says what is wrong (from 2026-07-28 on).</param>
    public OnePost(HttpContext http, JsonRpcRequest call, bool tellsByStatus)
    {
        _http = http;
        _tellsByStatus = tellsByStatus;
        _calls.Writer.TryWrite(call);
    }

    public string? SessionId => null;

    public ChannelReader<JsonRpcMessage> MessageReader => _calls.Reader;

    /// <summary>Ends when the answer is written.</summary>
    public Task Over => _over.Task;

    public static bool TakesStream(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .Accept.Any(a =>
                string.Equals(
                    a.MediaType.Value,
                    "text/event-stream",
                    StringComparison.OrdinalIgnoreCase
                )
            );

    /// <summary>Refuses the whole POST.</summary>
    /// <param name="http">Its answer is written here.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="id">The call's; none where no call could be read.</param>
    /// <param name="cancel">Whoever called has gone.</param>
    public static Task RefuseAsync(
        HttpContext http,
        int status,
        JsonRpcErrorDetail error,
        RequestId id,
        CancellationToken cancel
    ) => WriteAsync(http, status, new JsonRpcError { Id = id, Error = error }, cancel);

    public async Task SendMessageAsync(
        JsonRpcMessage message,
        CancellationToken cancellationToken = default
    )
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_over.Task.IsCompleted)
            {
                return;
            }

            var isLast = message is JsonRpcMessageWithId;
            if (isLast && !_http.Response.HasStarted)
            {
                await WriteAsync(_http, Status(message), message, cancellationToken);
            }
            else
            {
                await TellAsync(message, cancellationToken);
            }

            if (isLast)
            {
                _over.SetResult();
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Waits for what is being written; from then on nothing is.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync(CancellationToken.None);
        _over.TrySetResult();
        _calls.Writer.TryComplete();
        _writing.Release();
    }

    private int Status(JsonRpcMessage message) =>
        (_tellsByStatus, (message as JsonRpcError)?.Error.Code) switch
        {
            (true, (int)McpErrorCode.MethodNotFound) => StatusCodes.Status404NotFound,


            (true, (int)McpErrorCode.UnsupportedProtocolVersion)
            or
            (true, (int)McpErrorCode.HeaderMismatch)
            or (true, (int)McpErrorCode.MissingRequiredClientCapability) =>
                StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status200OK,
        };

    private async Task TellAsync(JsonRpcMessage message, CancellationToken cancel)
    {
        var response = _http.Response;
        if (!response.HasStarted)
        {
            Answer.NotKept(response);
            response.ContentType = "text/event-stream";
            // NGINX would hold events back otherwise.
            response.Headers["X-Accel-Buffering"] = "no";
        }

        var body = response.Body;
        await body.WriteAsync("event: message\ndata: "u8.ToArray(), cancel);
        await body.WriteAsync(Answer.Bytes(json => Write(json, message)), cancel);
        await body.WriteAsync("\n\n"u8.ToArray(), cancel);
        await body.FlushAsync(cancel);
    }

    private static Task WriteAsync(
        HttpContext http,
        int status,
        JsonRpcMessage message,
        CancellationToken cancel
    ) => Answer.JsonAsync(http, status, json => Write(json, message), cancel);

    private static void Write(Utf8JsonWriter json, JsonRpcMessage message) =>
        JsonSerializer.Serialize(
            json,
            message,
            McpJsonUtilities.DefaultOptions.GetTypeInfo<JsonRpcMessage>()
        );
}

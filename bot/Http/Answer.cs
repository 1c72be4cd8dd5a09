using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChatApprovals.Http;

/// <summary>Writes one JSON answer with its length, uncached.</summary>
internal static class Answer
{
    private const int TypicalLength = 1024;

    /// <summary>Names and texts stay readable in a terminal; no browser takes this for HTML (nosniff).</summary>
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Task JsonAsync(
        HttpContext http,
        int status,
        Action<Utf8JsonWriter> write,
        CancellationToken cancel
    ) => WriteAsync(http, status, "application/json", write, cancel);

    public static async Task WriteAsync(
        HttpContext http,
        int status,
        string contentType,
        Action<Utf8JsonWriter> write,
        CancellationToken cancel
    )
    {
        var written = Bytes(write);
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = written.Length;
        NotKept(response);
        await response.Body.WriteAsync(written, cancel);
    }

    /// <summary>UTF-8 in one line.</summary>
    public static ReadOnlyMemory<byte> Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(TypicalLength);
        using var json = new Utf8JsonWriter(buffer, Readable);
        write(json);
        json.Flush();
        return buffer.WrittenMemory;
    }

    public static void NotKept(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}

using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace ChatApprovals.Playground.Teams;

/// <summary>A file in somebody's OneDrive.</summary>
public sealed record TeamsFile(string UniqueId, string Name, byte[] Content);

/// <summary>
/// Upload sessions as OneDrive has them: ranges in order, each but the last a multiple of 320 KiB and at most 60 MiB, the
/// announced length, and no token: the address is the permission.
/// </summary>
internal sealed class TeamsFiles
{
    private const int Unit = 320 * 1024;
    private const int RangeMax = 60 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, TeamsFile> Stored { get; } = new(StringComparer.Ordinal);

    /// <summary>What Teams tells the bot when somebody accepted.</summary>
    public JsonObject Open(string name, long length, Func<string, string> address)
    {
        var token = RandomIds.Token();
        var id = RandomIds.Guid().ToUpperInvariant();
        _sessions[token] = new(id, name, length);
        return new()
        {
            ["contentUrl"] = address($"file/{id}/{name}"),
            ["name"] = name,
            ["uploadUrl"] = address($"upload/{token}"),
            ["uniqueId"] = id,
            ["fileType"] = Path.GetExtension(name).TrimStart('.'),
        };
    }

    /// <summary>The HTTP status and the answer's body.</summary>
    public async Task<(int Status, object? Body)> Put(
        HttpRequest request,
        string token,
        CancellationToken cancel
    )
    {
        if (request.Headers.Authorization.Count > 0)
        {
            return (401, null);
        }
        if (!_sessions.TryGetValue(token, out var session))
        {
            return (404, null);
        }
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancel);
        lock (session)
        {
            return Take(session, token, request.Headers.ContentRange, bytes.ToArray());
        }
    }

    private (int, object?) Take(Session session, string token, string? header, byte[] bytes)
    {
        if (
            !ContentRangeHeaderValue.TryParse(header, out var range)
            || range is not { From: { } from, To: { } to, Length: { } length }
            || length != session.Length
            || to - from + 1 != bytes.Length
            || bytes.Length > RangeMax
            || (to + 1 < length && bytes.Length % Unit is not 0)
        )
        {
            return (400, null);
        }
        if (from != session.Received.Length)
        {
            return (416, null);
        }
        session.Received.Write(bytes);
        if (session.Received.Length < length)
        {
            return (202, new { nextExpectedRanges = new[] { $"{session.Received.Length}-" } });
        }
        Stored[session.Id] = new(session.Id, session.Name, session.Received.ToArray());
        _sessions.TryRemove(token, out _);
        return (
            201,
            new
            {
                id = session.Id,
                name = session.Name,
                size = length,
            }
        );
    }

    private sealed record Session(string Id, string Name, long Length)
    {
        public MemoryStream Received { get; } = new();
    }
}

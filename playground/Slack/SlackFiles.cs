using System.Collections.Concurrent;
using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>A file that was uploaded; <see cref="Content"/> null until its bytes came.</summary>
public sealed record SlackFile(string Id, string Name, long Length, byte[]? Content)
{
    public string? Title { get; init; }
}

/// <summary>
/// File upload v2: a place for a file of an announced length, its bytes there without a token, then sharing it into a
/// conversation that the bot is in. Each step once, in this order.
/// </summary>
internal sealed class SlackFiles(SlackWorkspace workspace, Func<string, string> uploadUrl)
{
    /// <summary>Slack takes 1 GB; nothing that is played here is near this.</summary>
    private const int LengthMax = 256 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, SlackFile> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _places = new(StringComparer.Ordinal);

    public SlackReply Place(SlackCall call)
    {
        if (call["filename"] is not { Length: > 0 } name || call["length"] is not { } text)
        {
            return SlackReply.Refuse("missing_argument");
        }
        if (!int.TryParse(text, out var length) || length is < 1 or > LengthMax)
        {
            return SlackReply.Refuse("invalid_arguments");
        }
        var (id, token) = ("F" + RandomIds.Token(9), RandomIds.Token());
        _files[id] = new(id, name, length, null);
        _places[token] = id;
        return new(
            new
            {
                ok = true,
                upload_url = uploadUrl(token),
                file_id = id,
            }
        );
    }

    /// <summary>The bytes; the HTTP status.</summary>
    public async Task<int> Take(HttpRequest request, string token, CancellationToken cancel)
    {
        if (request.Headers.Authorization.Count > 0)
        {
            return 400;
        }
        if (!_places.TryRemove(token, out var id) || !_files.TryGetValue(id, out var file))
        {
            return 404;
        }
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancel);
        if (bytes.Length != file.Length)
        {
            return 400;
        }
        _files[id] = file with { Content = bytes.ToArray() };
        return 200;
    }

    public SlackReply Complete(SlackCall call)
    {
        if (
            call.Structured("files") is not { ValueKind: JsonValueKind.Array } list
            || list.GetArrayLength() is 0
        )
        {
            return SlackReply.Refuse("invalid_arguments");
        }
        if (call["channel_id"] is not { } channelId)
        {
            return SlackReply.Refuse("missing_argument");
        }
        if (workspace.Channels.GetValueOrDefault(channelId) is not { } channel)
        {
            return SlackReply.Refuse("channel_not_found");
        }
        if (!channel.BotIsMember || channel.IsArchived)
        {
            return SlackReply.Refuse(channel.IsArchived ? "is_archived" : "not_in_channel");
        }
        var shared = new List<SlackFile>();
        foreach (var item in list.EnumerateArray())
        {
            if (
                item.Text("id") is not { } id
                || !_files.TryGetValue(id, out var file)
                || file.Content is null
                || !_files.TryRemove(id, out _)
            )
            {
                return SlackReply.Refuse("file_not_found");
            }
            shared.Add(file with { Title = item.Text("title") });
        }
        Show(channel, shared, call["initial_comment"] ?? "");
        return new(
            new { ok = true, files = shared.Select(f => new { id = f.Id, title = f.Title }) }
        );
    }

    private void Show(SlackChannel channel, List<SlackFile> files, string comment)
    {
        channel.Add(
            new(channel.Id, workspace.NextTs(), workspace.Options.BotUserId, comment)
            {
                FromBot = true,
                Files = [.. files],
            }
        );
        workspace.Changes.Tell();
    }
}

using System.Buffers;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Policies;

namespace ChatApprovals.Anchors;

/// <summary>
/// A channel where people see each checkpoint. Weak (the bot, and administrators of the platform, can delete), but another
/// custodian has it, with the platform's own time.
/// </summary>
public sealed class ChannelAnchor(Destination channel, ISurface surface, TimeProvider clock)
    : IAnchor
{
    public string Name => DestinationText.Write(channel);

    public bool Remembers => false;

    public async Task<Anchored> PutAsync(SignedCheckpoint checkpoint, CancellationToken cancel)
    {
        var size = checkpoint.Checkpoint.Size;
        var posted = await surface.NoteAsync(
            channel.Conversation,
            $"Ledger checkpoint of {size} entries",
            [
                .. checkpoint.Note.TrimEnd('\n').Split('\n').Select(l => l.Length == 0 ? " " : l),
                "Posted so that nobody can cut the ledger back unseen: with the sub-command verify, an auditor compares an export with these lines.",
            ],
            cancel
        );
        return posted switch
        {
            Noted.Posted there => new Anchored.Done(Answer(checkpoint, there)),
            Noted.Not not => new Anchored.Failed(not.Why, not.After),
            _ => throw new InvalidOperationException("noted in no way"),
        };
    }

    private byte[] Answer(SignedCheckpoint checkpoint, Noted.Posted there)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("surface", WireNames.Of(channel.Surface));
            json.WriteString("conversation", channel.Conversation);
            json.WriteString("message", there.Message);
            json.WriteString("link", there.Link);
            json.WriteString("posted_at", Rfc3339.Write(there.At ?? clock.GetUtcNow()));
            json.WriteString("clock", there.At is null ? "bot" : "platform");
            json.WriteNumber("size", checkpoint.Checkpoint.Size);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

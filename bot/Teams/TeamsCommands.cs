using System.Collections.Immutable;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Teams;

/// <summary>
/// What people write to the bot. The answer is for the asker alone: where it was asked in a 1:1 chat, else in
/// the asker's own chat, which must exist before anything is done: an answer may hold a key.
/// </summary>
public sealed class TeamsCommands(
    TeamsDoors doors,
    TeamsPeople people,
    TeamsReplies replies,
    TeamsFiles files,
    [FromKeyedServices(Surface.Teams)] Errands errands
)
{
    private const string Pointer = "Answered in your own chat with ChatApprovals.";
    private const string NoChat =
        "Nothing was done: I could not open a chat with you. Add ChatApprovals for yourself, then ask again.";
    private const string Undelivered =
        "Your answer could not be delivered to your own chat with ChatApprovals. Ask again there.";

    public async Task RunAsync(
        TeamsActivity.Said said,
        TeamsSource source,
        CancellationToken cancel
    )
    {
        if (source.Account is not { } account)
        {
            return;
        }

        if (await replies.ChatAsync(source, cancel) is not { } chat)
        {
            await replies.PointAsync(source, NoChat, cancel);
            return;
        }

        var parts = await PartsAsync(said.Words, source, cancel);
        var asker = new Asker(account, source.Conversation, source.IsPrivate)
        {
            Delivery = $"teams {source.Delivery}",
        };
        var reply = await doors.Run(parts, asker, cancel);
        var isDelivered = await replies.AnswerAsync(chat, reply, cancel);
        if (!source.IsPrivate)
        {
            await replies.PointAsync(source, isDelivered ? Pointer : Undelivered, cancel);
        }

        if (reply.File is { } pack)
        {
            errands.Start("a file", c => files.OfferAsync(pack, chat, account, c));
        }

        if (reply.Later is { } later)
        {
            errands.Start(
                "the rest of an answer",
                async c => await replies.AnswerAsync(chat, await later(c), c)
            );
        }
    }

    /// <summary>A mention that Teams does not resolve to an account stays text.</summary>
    private async Task<ImmutableArray<CommandPart>> PartsAsync(
        ImmutableArray<TeamsWord> words,
        TeamsSource source,
        CancellationToken cancel
    )
    {
        var parts = ImmutableArray.CreateBuilder<CommandPart>(words.Length);
        foreach (var word in words)
        {
            switch (word)
            {
                case TeamsWord.Text text:
                    parts.Add(new CommandPart.Text(text.Value));
                    break;
                case TeamsWord.Mention mention:
                    var account = await people.OfMriAsync(source, mention.Mri, cancel);
                    parts.Add(
                        account is { } known
                            ? new CommandPart.Mention(known, mention.Shown)
                            : new CommandPart.Text($"@{mention.Shown}")
                    );
                    break;
            }
        }

        return parts.ToImmutable();
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;

namespace ChatApprovals.Teams;

/// <summary>
/// A file for one person: offered in their 1:1 chat by a consent card, put into their OneDrive when they accept. Held on
/// the bot's disk until they answer, half an hour at most and never beyond the process; one for each person.
/// </summary>
public sealed class TeamsFiles(
    TeamsClient client,
    TeamsUpload upload,
    TeamsReplies replies,
    TeamsPlaces places,
    TimeProvider clock
) : IDisposable
{
    private const string Failed = "Your file could not be delivered";

    private static readonly TimeSpan s_heldFor = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<AccountId, Held> _held = new();

    /// <summary>Packs and offers.</summary>
    public async Task OfferAsync(
        Func<Tell, CancellationToken, Task<Packed>> pack,
        string chat,
        AccountId account,
        CancellationToken cancel
    )
    {
        switch (await pack(replies.Changing(chat), cancel))
        {
            case Packed.Not { Reply: var not }:
                await replies.AnswerAsync(chat, not, cancel);
                break;
            case Packed.Done { Parcel: var parcel }:
                var held = Hold(parcel, account);
                var card = TeamsMessages.Consent(parcel, held.Id);
                if (!await replies.SendAsync(chat, card, cancel))
                {
                    Take(account, held.Id)?.Dispose();
                }

                break;
        }
    }

    /// <summary>
    /// The person accepted or declined. What the client sends back is only held against what is known here: the file is
    /// the one that this account was offered, or none.
    /// </summary>
    public async Task AnsweredAsync(
        TeamsActivity.FileAnswered answer,
        TeamsSource source,
        CancellationToken cancel
    )
    {
        if (source is not { IsPrivate: true, Account: { } account })
        {
            return;
        }

        var chat = source.Conversation;
        using var held = Take(account, answer.Id);
        if (held is null)
        {
            await CloseAsync(answer, chat, "This file is not offered any more.", cancel);
            await TellAsync(chat, "Nothing was sent. Ask again: export", cancel);
        }
        else if (!answer.IsAccepted)
        {
            await CloseAsync(
                answer,
                chat,
                "Declined. Nothing was sent, and the file was deleted.",
                cancel
            );
        }
        else
        {
            await CloseAsync(answer, chat, "The file is being sent…", cancel);
            if (await WhyNotSentAsync(held.Parcel, answer, chat, cancel) is { } why)
            {
                await TellAsync(chat, why, cancel);
            }
        }
    }

    public void Dispose()
    {
        foreach (var held in _held.Values)
        {
            held.Dispose();
        }
    }

    private async Task<string?> WhyNotSentAsync(
        Parcel parcel,
        TeamsActivity.FileAnswered answer,
        string chat,
        CancellationToken cancel
    )
    {
        if (upload.Allowed(answer.UploadUrl) is not { } url)
        {
            return "The place that Teams named for it is none of OneDrive's. Nothing was sent.";
        }

        if (await parcel.ReleaseAsync(cancel) is { } refused)
        {
            return refused;
        }

        if (await upload.WhyNotPutAsync(url, parcel.Path, cancel) is { } broken)
        {
            return $"The upload failed: {broken}. Ask again: export";
        }

        return await replies.SendAsync(chat, TeamsMessages.FileInfo(parcel, answer), cancel)
            ? null
            : "It is in your OneDrive; only its card could not be shown.";
    }

    private Task<bool> TellAsync(string chat, string why, CancellationToken cancel) =>
        replies.AnswerAsync(chat, new Reply(Failed, [why]), cancel);

    /// <summary>The offer becomes a line, so that nobody answers it again.</summary>
    private async Task CloseAsync(
        TeamsActivity.FileAnswered answer,
        string chat,
        string line,
        CancellationToken cancel
    )
    {
        if (answer.Message is { } message)
        {
            await client.PutAsync(
                places.ServiceUrlOf(chat),
                chat,
                message,
                TeamsMessages.Line(line),
                cancel
            );
        }
    }

    private Held Hold(Parcel parcel, AccountId account)
    {
        var held = new Held(RandomNumberGenerator.GetHexString(32, lowercase: true), parcel);
        held.Timer = clock.CreateTimer(
            _ => Take(account, held.Id)?.Dispose(),
            state: null,
            s_heldFor,
            Timeout.InfiniteTimeSpan
        );
        _held.AddOrUpdate(
            account,
            held,
            (_, old) =>
            {
                old.Dispose();
                return held;
            }
        );
        return held;
    }

    /// <summary>Once: whoever takes it has it alone.</summary>
    private Held? Take(AccountId account, string id) =>
        _held.TryGetValue(account, out var held)
        && string.Equals(held.Id, id, StringComparison.Ordinal)
        && _held.TryRemove(KeyValuePair.Create(account, held))
            ? held
            : null;

    private sealed class Held(string id, Parcel parcel) : IDisposable
    {
        public string Id => id;
        public Parcel Parcel => parcel;
        public ITimer? Timer { get; set; }

        public void Dispose()
        {
            Timer?.Dispose();
            parcel.Dispose();
        }
    }
}

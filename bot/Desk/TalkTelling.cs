using System.Collections.Concurrent;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// Tells in a card's thread what was asked and answered since it was drawn last. Before the card is drawn:
/// what the next record says was shown is then on the platform for the shortest time without that record.
/// The card shows the talk too, so what the platform refuses here is not tried for ever. After a crash
/// something may be told a second time, never lost.
/// </summary>
internal sealed partial class TalkTelling(ILogger logger)
{
    /// <summary>How much this process has told of copies whose next record is not durable yet.</summary>
    private readonly ConcurrentDictionary<string, int> _told = new(StringComparer.Ordinal);

    public async Task TellAsync(
        ISurface surface,
        Approval approval,
        CardCopy copy,
        CancellationToken cancel
    )
    {
        var told = Math.Max(copy.Told, _told.GetValueOrDefault(copy.Token));
        if (copy.Message is not { } message || !approval.IsPending || told >= approval.Said)
        {
            return;
        }

        foreach (var talk in Talks(approval).Skip(told))
        {
            if (await surface.SayAsync(copy.Conversation, message, talk, cancel) is { } why)
            {
                LogUnsaid(logger, approval.Id, why);
            }

            _told[copy.Token] = ++told;
        }
    }

    /// <summary>What was told is durable.</summary>
    public void Forget(CardCopy copy) => _told.TryRemove(copy.Token, out _);

    /// <summary>Questions and answers in the order in which they came.</summary>
    private static IEnumerable<CardTalk> Talks(Approval approval) =>
        approval
            .Questions.SelectMany(q => Talk(q, approval.Opening.Agent))
            .OrderBy(t => t.Place)
            .Select(t => t.Talk);

    private static IEnumerable<(int Place, CardTalk Talk)> Talk(Question question, AgentName agent)
    {
        var surface = WireNames.Of(question.Surface);
        yield return (question.Place, new CardTalk(question.Name, surface, question.Text));
        if (question.Answer is { } answer)
        {
            yield return (answer.Place, new CardTalk(agent.ToString(), null, answer.Text));
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A question or answer about {Request} is on its card but not in its thread: {Why}"
    )]
    private static partial void LogUnsaid(ILogger logger, RequestId request, string why);
}

using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Slack;

/// <summary>
/// Takes accepted requests to where they belong, once it is clear that they are about our installation.
/// Answers in time for Slack: what is not done by then goes on, and is told to the person otherwise.
/// </summary>
public sealed partial class SlackInbound(
    SlackInstall install,
    SlackDoors doors,
    SlackClicks clicks,
    SlackSubmissions submissions,
    SlackCommands commands,
    [FromKeyedServices(Surface.Slack)] Errands errands,
    TimeProvider clock,
    ILogger<SlackInbound> log
)
{
    /// <summary>Slack waits 3 s (docs.slack.dev, "acknowledgment response"); the rest is for the way.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(2_500);
    private static readonly TimeSpan CommandWithin = TimeSpan.FromSeconds(2);
    private static readonly UTF8Encoding Utf8 = new(false);

    private readonly SeenEvents _seen = new(clock);

    /// <summary>A body of <c>/slack/events</c>.</summary>
    public async Task<SlackAnswer> EventAsync(byte[] body)
    {
        switch (SlackEvent.Parse(body))
        {
            case SlackEvent.UrlVerification url:
                return new SlackAnswer(200, Utf8.GetBytes(url.Challenge), "text/plain");
            case SlackEvent.Spoken spoken:
                return await OfUsAsync(spoken.Envelope, us => Hear(spoken, us));
            case SlackEvent.UserChanged changed:
                return await OfUsAsync(changed.Envelope, us => Forget(changed, us));
            case SlackEvent.Uninstalled gone:
                return await OfUsAsync(gone.Envelope, _ => Uninstalled());
            case SlackEvent.Malformed:
                return SlackAnswer.Malformed;
            default:
                return SlackAnswer.Empty;
        }
    }

    /// <summary>A body of <c>/slack/interactions</c>.</summary>
    public async Task<SlackAnswer> InteractionAsync(byte[] body)
    {
        if (SlackForm.Read(body)?.One("payload") is not { } payload)
        {
            return SlackAnswer.Malformed;
        }

        var evidence = SlackGate.Evidence(body);
        return SlackInteraction.Parse(Utf8.GetBytes(payload)) switch
        {
            SlackInteraction.Pressed p => await ActAsync(
                p.Sender,
                (a, c) => clicks.PressAsync(p, a, evidence, c)
            ),
            SlackInteraction.PressedInModal p => await ActAsync(
                p.Sender,
                (a, c) => clicks.PressInModalAsync(p, a, c)
            ),
            SlackInteraction.Submitted s => await ActAsync(
                s.Sender,
                (a, c) => submissions.SubmitAsync(s, a, evidence, c)
            ),
            SlackInteraction.Malformed => SlackAnswer.Malformed,
            _ => SlackAnswer.Empty,
        };
    }

    /// <summary>A body of <c>/slack/commands</c>.</summary>
    public async Task<SlackAnswer> CommandAsync(byte[] body, string delivery)
    {
        switch (SlackCommand.Parse(body))
        {
            case SlackCommand.SslCheck:
                return SlackAnswer.Empty;
            case SlackCommand.Typed typed:
                if (await UsAsync() is not { } us)
                {
                    return SlackAnswer.Unavailable;
                }

                return
                    us.Problem(typed.AppId) is null
                    && us.IsOurTeam(typed.Team)
                    && SlackIdentity.Account(typed.Team, typed.User) is { } account
                    ? await InTimeAsync(
                        c => commands.RunAsync(typed, delivery, us, account, c),
                        CommandWithin,
                        SlackAnswer.Empty
                    )
                    : NotOurs("a command");
            default:
                return SlackAnswer.Malformed;
        }
    }

    private async Task<SlackAnswer> ActAsync(
        SlackSender sender,
        Func<AccountId, CancellationToken, Task<SlackOutcome>> act
    )
    {
        if (await UsAsync() is not { } us)
        {
            return SlackAnswer.Unavailable;
        }

        return
            us.Problem(sender) is null
            && SlackIdentity.Account(sender.UserTeam, sender.User) is { } account
            ? await InTimeAsync(c => act(account, c), AnswerWithin, SlackAnswer.Unavailable)
            : NotOurs("an interaction");
    }

    /// <summary>
    /// The work's own answer, or <paramref name="tooLate"/> while the work goes on and is told to the
    /// person when it is done. A decision is never answered with 200 before it is durable.
    /// </summary>
    private async Task<SlackAnswer> InTimeAsync(
        Func<CancellationToken, Task<SlackOutcome>> act,
        TimeSpan within,
        SlackAnswer tooLate
    )
    {
        if (!errands.HasRoom)
        {
            return SlackAnswer.Unavailable;
        }

        var work = errands.Begin(act);
        await ((Task)work)
            .WaitAsync(within, clock)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!work.IsCompleted)
        {
            errands.Start("a late answer", c => TellLateAsync(work, c));
            return tooLate;
        }

        try
        {
            return (await work).Answer;
        }
        catch (UnavailableException)
        {
            return SlackAnswer.Unavailable;
        }
    }

    private static async Task TellLateAsync(Task<SlackOutcome> work, CancellationToken cancel)
    {
        var outcome = await work;
        if (outcome.Late is { } tell)
        {
            await tell(cancel);
        }
    }

    private async Task<SlackAnswer> OfUsAsync(SlackEnvelope envelope, Action<SlackIdentity> act)
    {
        if (await UsAsync() is not { } us || !errands.HasRoom)
        {
            return SlackAnswer.Unavailable;
        }

        // Answered with 200 all the same: otherwise Slack would deliver it again.
        if (us.Problem(envelope.AppId) is not null || !us.IsOurTeam(envelope.Team))
        {
            Foreign("an event");
        }
        else if (_seen.IsNew(envelope.EventId))
        {
            act(us);
        }

        return SlackAnswer.Empty;
    }

    private void Hear(SlackEvent.Spoken spoken, SlackIdentity us)
    {
        if (
            !string.Equals(spoken.User, us.BotUser, StringComparison.Ordinal)
            && us.IsOurTeam(spoken.UserTeam)
            && SlackIdentity.Account(us.Team, spoken.User) is { } account
        )
        {
            errands.Start("a command", c => commands.RunAsync(spoken, us, account, c));
        }
    }

    private void Forget(SlackEvent.UserChanged changed, SlackIdentity us)
    {
        foreach (var team in new[] { us.Team, changed.Team })
        {
            if (SlackIdentity.Account(team, changed.User) is { } account)
            {
                doors.Forget(account);
            }
        }
    }

    /// <summary>Known from the start as a rule; else Slack is asked, but not for longer than it waits.</summary>
    private async Task<SlackIdentity?> UsAsync()
    {
        using var patience = new CancellationTokenSource(CommandWithin, clock);
        try
        {
            return await install.GetAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private SlackAnswer NotOurs(string what)
    {
        Foreign(what);
        return SlackAnswer.Forbidden;
    }

    [LoggerMessage(
        EventId = 3104,
        Level = LogLevel.Warning,
        Message = "Slack: {What} is for another app or workspace, and was refused"
    )]
    private partial void Foreign(string what);

    [LoggerMessage(
        EventId = 3105,
        Level = LogLevel.Error,
        Message = "Slack: the app was removed from the workspace or its token was revoked"
    )]
    private partial void Uninstalled();
}

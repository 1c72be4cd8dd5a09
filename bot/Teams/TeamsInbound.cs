using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Teams;

/// <summary>
/// Takes authenticated activities to where they belong. Answers in time for Teams: what is not done by then
/// goes on, and its result is the card's next state.
/// </summary>
public sealed class TeamsInbound(
    TeamsDoors doors,
    TeamsClicks clicks,
    TeamsCommands commands,
    TeamsFiles files,
    TeamsReplies replies,
    TeamsPlaces places,
    TeamsPeople people,
    [FromKeyedServices(Surface.Teams)] Errands errands,
    TeamsOnce once,
    TimeProvider clock
)
{
    /// <summary>Teams gives up after 10 to 15 s (teams.md 2.7); the rest is for the way.</summary>
    private static readonly TimeSpan s_answerWithin = TimeSpan.FromSeconds(9);

    private static readonly TeamsAnswer s_late = TeamsAnswer.Error(
        500,
        "Late",
        "This takes longer than usual. The card shows whether it counted; if it does not, try again."
    );

    /// <param name="source">Where it came from.</param>
    /// <param name="activity">What it says.</param>
    /// <param name="evidence">base64url(SHA-256) of the exact bytes.</param>
    /// <param name="cancel">Not used for what must not be stopped half-way.</param>
    public Task<TeamsAnswer> HearAsync(
        TeamsSource source,
        TeamsActivity activity,
        string evidence,
        CancellationToken cancel
    )
    {
        people.Saw(source);
        var id = source.Delivery;
        return activity switch
        {
            TeamsActivity.Added => PlaceAsync(c => places.AddAsync(source, c), cancel),
            TeamsActivity.Removed => PlaceAsync(c => RemoveAsync(source, c), cancel),
            TeamsActivity.PeopleChanged changed => Task.FromResult(Forget(changed, source)),
            TeamsActivity.OtherInvoke => Task.FromResult(TeamsAnswer.NotImplemented),
            TeamsActivity.Pressed
            or TeamsActivity.Said
            or TeamsActivity.FileAnswered when !errands.HasRoom => Task.FromResult(
                TeamsAnswer.Unavailable
            ),
            // The bytes are part of the key: another button is never answered with this one's answer.
            TeamsActivity.Pressed { CanShow: true } pressed => InTimeAsync(
                once.RunAsync(
                    $"{id} {evidence}",
                    () => errands.Begin(c => PressAsync(pressed, source, evidence, c))
                )
            ),
            TeamsActivity.Pressed pressed => once.RunAsync(
                id,
                () =>
                    Later("an old client's button", c => SubmitAsync(pressed, source, evidence, c))
            ),
            TeamsActivity.FileAnswered answer => once.RunAsync(
                $"{id} {evidence}",
                () => Later("a file", c => files.AnsweredAsync(answer, source, c))
            ),
            TeamsActivity.Said said => once.RunAsync(
                id,
                () => Later("a command", c => SayAsync(said, source, c))
            ),
            _ => Task.FromResult(TeamsAnswer.Heard),
        };
    }

    private Task<TeamsAnswer> Later(string what, Func<CancellationToken, Task> work)
    {
        errands.Start(what, work);
        return Task.FromResult(TeamsAnswer.Heard);
    }

    private static async Task<TeamsAnswer> PlaceAsync(
        Func<CancellationToken, Task> store,
        CancellationToken cancel
    )
    {
        try
        {
            await store(cancel);
            return TeamsAnswer.Heard;
        }
        catch (UnavailableException)
        {
            return TeamsAnswer.Unavailable;
        }
    }

    private Task RemoveAsync(TeamsSource source, CancellationToken cancel)
    {
        people.Left(source.Place);
        return places.RemoveAsync(source, cancel);
    }

    private TeamsAnswer Forget(TeamsActivity.PeopleChanged changed, TeamsSource source)
    {
        foreach (var user in changed.Users)
        {
            if (Activities.Account(source.Tenant, user) is { } account)
            {
                doors.Forget(account);
            }
        }

        return TeamsAnswer.Heard;
    }

    private async Task<TeamsAnswer> PressAsync(
        TeamsActivity.Pressed pressed,
        TeamsSource source,
        string evidence,
        CancellationToken cancel
    )
    {
        var answer = await clicks.PressAsync(pressed, source, evidence, cancel);
        errands.Start("remembering a place", c => places.SeenAsync(source, c));
        return answer;
    }

    private async Task<TeamsAnswer> InTimeAsync(Task<TeamsAnswer> work)
    {
        try
        {
            return await work.WaitAsync(s_answerWithin, clock);
        }
        catch (TimeoutException)
        {
            return work.IsCompletedSuccessfully ? await work : s_late;
        }
        catch (UnavailableException)
        {
            return TeamsAnswer.Error(500, "Unavailable", "Nothing was decided. Try again.");
        }
    }

    private async Task SayAsync(
        TeamsActivity.Said said,
        TeamsSource source,
        CancellationToken cancel
    )
    {
        await places.SeenAsync(source, cancel);
        await commands.RunAsync(said, source, cancel);
    }

    /// <summary>Action.Submit takes no card as an answer; a refusal is told in the person's own chat.</summary>
    private async Task SubmitAsync(
        TeamsActivity.Pressed pressed,
        TeamsSource source,
        string evidence,
        CancellationToken cancel
    )
    {
        var answer = await clicks.PressAsync(pressed, source, evidence, cancel);
        if (answer.Told is { } told && await replies.ChatAsync(source, cancel) is { } chat)
        {
            await replies.AnswerAsync(chat, new Reply("Your button", [told]), cancel);
        }
    }
}

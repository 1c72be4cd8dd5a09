using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// What came of a code that somebody brought who signed in. <see cref="Person"/>: whose the sign-in is now; null:
/// refused, and nothing was changed. <see cref="PowerFrom"/>: from when on it gives power. <see cref="Reply"/> says
/// it to them.
/// </summary>
public sealed record SignInLinked(Reply Reply, Person? Person, DateTimeOffset PowerFrom);

/// <content>The other end of <c>link</c>: a code shown in chat, brought with a sign-in.</content>
public sealed partial class CommandDesk
{
    /// <summary>
    /// Makes a sign-in the account of whoever was shown the code in chat, who must be a live, full, human
    /// member now, and tells them there. Durable on return. Codes work as in chat: five minutes, once, few
    /// tries; a code of somebody whose the sign-in is already changes nothing.
    /// </summary>
    /// <exception cref="UnavailableException">Nothing was stored; the code is used up.</exception>
    public async Task<SignInLinked> LinkAsync(SignIn who, string code, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return _codes.Take(LinkCodes.Plain(code), who.Account, now) switch
        {
            CodeRuling.Of { Account: var shown } => await LinkAsync(who, shown, now, cancel),
            CodeRuling.Locked => NotLinked("Too many wrong codes. Try again in five minutes."),
            _ => NotLinked(
                "There is no such code, or it is older than five minutes or was used.",
                "A new one: tell ChatApprovals in chat: link"
            ),
        };

        SignInLinked NotLinked(params string[] lines) =>
            new(LinkCommand.Refused(lines), Person: null, now);
    }

    private async Task<SignInLinked> LinkAsync(
        SignIn who,
        AccountId shown,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var member = await directory.LookUpAsync(shown, cancel);
        if (member.Obstacle is not null || registers.Current.PersonOf(shown) is not { } person)
        {
            var why = ObstacleText.ForMentioned(member.Obstacle ?? MemberObstacle.Unknown);
            return new SignInLinked(LinkCommand.Refused($"{shown} {why}."), Person: null, now);
        }

        var account = new Member(
            who.Account,
            who.Account.User,
            who.Email is { } email ? [email] : []
        );
        var hearing = new Hearing(
            new Asker(who.Account, "", IsPrivate: true),
            person,
            registers.Current,
            now
        );
        var reply = await LinkAsync(shown, account, "code", hearing, _ => true, cancel);
        var theirs = registers.Current.PersonOf(who.Account);
        var isLinked = theirs?.Account(shown) is not null;
        var powerFrom = theirs?.Account(who.Account)?.PowerFrom ?? now;
        return new SignInLinked(reply, isLinked ? theirs : null, powerFrom);
    }
}

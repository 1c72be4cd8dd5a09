using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>Why an account may not act, to itself and to whoever names it.</summary>
public static class ObstacleText
{
    public static string ForAsker(MemberObstacle obstacle) =>
        obstacle switch
        {
            MemberObstacle.Guest => "You are a guest here. Only full members can give commands.",
            MemberObstacle.Stranger =>
                "Your account belongs to another organisation. Only members of this one can give commands.",
            MemberObstacle.NotHuman => "Bots and apps cannot give commands.",
            MemberObstacle.Deactivated =>
                "Your account is deactivated, so it cannot give commands.",
            MemberObstacle.NoSuchAccount =>
                "The directory has no such account, or none any more, so nothing was done.",
            MemberObstacle.NotLinked =>
                "A sign-in gives no commands by itself: use your Slack or Teams account.",
            _ =>
                "Could not check with the directory who you are, so nothing was done. Try again in a minute.",
        };

    public static string ForMentioned(MemberObstacle obstacle) =>
        obstacle switch
        {
            MemberObstacle.Guest => "is a guest",
            MemberObstacle.Stranger => "belongs to another organisation",
            MemberObstacle.NotHuman => "is a bot or an app",
            MemberObstacle.Deactivated => "is deactivated",
            MemberObstacle.NoSuchAccount => "is no account that the directory knows",
            MemberObstacle.NotLinked => "is linked with no account of Slack or Teams",
            _ => "could not be checked with the directory; try again in a minute",
        };
}

using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// What the one who clicked is told, alone: why it does not count and what can be done. The same words on
/// every surface.
/// </summary>
public static class RefusalText
{
    public static string Of(Refusal why, Approval approval) =>
        OfMember(why) ?? OfRequest(why, approval);

    /// <summary>Why somebody may decide nothing at all; null for what is about one request.</summary>
    public static string? OfMember(Refusal why) =>
        why switch
        {
            Refusal.Guest => "You are a guest here. Only full members can decide requests.",
            Refusal.Stranger =>
                "Your account belongs to another organisation. Only members of this one can decide.",
            Refusal.NotHuman => "Bots and apps cannot decide requests.",
            Refusal.Deactivated => "Your account is deactivated, so it cannot decide requests.",
            Refusal.UnknownPerson =>
                "Could not check with the directory who you are, so nothing was decided. Try again in a minute.",
            Refusal.NoSuchMember =>
                "The directory has no such account, or none any more, so you cannot decide requests. Nothing was decided.",
            Refusal.NotLinked =>
                "Your sign-in is linked with no Slack or Teams account of this organisation, so nobody can vouch "
                    + "for you. In chat tell ChatApprovals \"link\", then send the code here: "
                    + "POST /v1/people/link {\"code\": \"…\"}.",
            _ => null,
        };

    private static string OfRequest(Refusal why, Approval approval) =>
        why switch
        {
            Refusal.Initiator =>
                "You started this request, so somebody else must decide it. You can withdraw it.",
            Refusal.OnBehalfOf =>
                "This request is made on your behalf, so somebody else must decide it.",
            Refusal.Owner =>
                $"You own the agent {approval.Opening.Agent}, so somebody else must decide. You can withdraw it.",
            Refusal.KeyCreator =>
                $"You received the key of the agent {approval.Opening.Agent}, so somebody else must decide.",
            Refusal.Widened =>
                "You changed who may approve while this request was waiting, so somebody else must decide it.",
            Refusal.NothingToCompare =>
                "Cannot tell whether you are the person behind this request "
                    + $"({approval.Opening.Request.Initiator.Id}), so you cannot decide it. "
                    + "Try again in a minute, or ask an administrator to link your accounts.",
            Refusal.NotAnApprover =>
                $"This is for {Groups(approval)} to decide, and you are not in it. Nothing was decided.",
            Refusal.NotAnApproverThen =>
                "You joined the group of approvers after this request was made. It needs somebody who was in it then.",
            Refusal.GroupUnknown =>
                $"Could not check who is in {Groups(approval)} now, so nothing was decided. Try again in a minute.",
            Refusal.LinkTooFresh =>
                "Your accounts were linked too shortly before this request was made: use the account that is in the group of approvers.",
            Refusal.StageNotOpen =>
                "It is not your group's turn yet, or your group has approved already.",
            Refusal.NeededLater =>
                "A later step cannot be done without you, and one person counts once: let somebody else approve this step. You can reject.",
            Refusal.AlreadyCounted =>
                "You have decided this request already. One person counts once, on whatever app.",
            Refusal.DelegateExcluded =>
                "Somebody you decide for, or who decides for you, is behind this request, so somebody else must decide it.",
            Refusal.DelegateCounted =>
                "Somebody you decide for, or who decides for you, has decided this request: together you count once.",
            Refusal.DelegatorAbsent =>
                "The directory does not say now that whoever you decide for is a full member here, so you cannot decide for them.",
            _ => OfAttempt(why, approval),
        };

    /// <summary>What is wrong with the attempt, whoever made it.</summary>
    private static string OfAttempt(Refusal why, Approval approval) =>
        why switch
        {
            Refusal.ReasonMissing =>
                "This needs a reason: type it, then press the button again. Nothing was decided.",
            Refusal.TooSoon =>
                $"Please read it first: this can be approved {approval.Opening.Policy.Dwell} seconds after it is shown.",
            Refusal.WrongPlace =>
                "This button is not where its card was sent. Use the original card.",
            Refusal.ReviewFirst =>
                "This request is too long for a card. Press Review and read to the end; Approve is there.",
            Refusal.ReviewChanged =>
                "The request is not as you were shown it. Fetch its review again, read it, and decide on that. "
                    + "Nothing was decided.",
            Refusal.Expired => "Too late: this request has expired. Nothing was run.",
            Refusal.Ended =>
                $"Too late: this request is already {Ended(approval)}. Nothing changed.",
            _ => OfText(why),
        };

    /// <summary>The same for whoever wanted to ask the agent.</summary>
    public static string OfQuestion(Refusal why, Approval approval) =>
        why switch
        {
            Refusal.Guest => "You are a guest here. Only full members can ask.",
            Refusal.Stranger =>
                "Your account belongs to another organisation. Only members of this one can ask.",
            Refusal.NotHuman => "Bots and apps cannot ask.",
            Refusal.Deactivated => "Your account is deactivated, so it cannot ask.",
            Refusal.UnknownPerson =>
                "Could not check with the directory who you are, so nothing was asked. Try again in a minute.",
            Refusal.NoSuchMember =>
                "The directory has no such account, or none any more, so you cannot ask. Nothing was asked.",
            Refusal.Expired => "Too late: this request has expired. Nothing was asked.",
            Refusal.Ended =>
                $"Too late: this request is already {Ended(approval)}. Nothing was asked.",
            _ => Of(why, approval),
        };

    /// <summary>What is wrong with a question itself.</summary>
    private static string OfText(Refusal why) =>
        why switch
        {
            Refusal.NobodyToAsk =>
                "No agent is behind this request: it changes the configuration. Nothing was asked.",
            Refusal.QuestionMissing =>
                "Type your question, then press the button again. Nothing was asked.",
            Refusal.QuestionTooLong =>
                $"A question has at most {Asking.TextMax:N0} characters. Nothing was asked.",
            Refusal.TooManyQuestions =>
                "There are too many questions about this request already. Wait for the agent's answers. Nothing was asked.",
            _ => throw new InvalidOperationException($"no text for {why}"),
        };

    /// <summary>As <see cref="Refusal.TooSoon"/>, with the seconds that are left.</summary>
    public static string TooSoon(int seconds) =>
        $"Please read it first: this can be approved in {seconds} {(seconds == 1 ? "second" : "seconds")}. "
        + "Nothing was decided.";

    /// <summary>The state, and who brought it about where people did.</summary>
    private static string Ended(Approval approval)
    {
        var wanted = approval.Status == RequestStatus.Denied ? Verdict.Rejected : Verdict.Approved;
        var names = approval.Decisions.Where(d => d.Verdict == wanted).Select(d => d.Name);
        var by = string.Join(", ", names.Distinct(StringComparer.Ordinal));
        var state = WireNames.Of(approval.Status);
        return by.Length > 0 && approval.Status is (RequestStatus.Approved or RequestStatus.Denied)
            ? $"{state} (by {by})"
            : state;
    }

    private static string Groups(Approval approval) =>
        string.Join(
            " or ",
            approval
                .Opening.Policy.Stages.SelectMany(s => s.Approvers)
                .Distinct(StringComparer.Ordinal)
        );
}

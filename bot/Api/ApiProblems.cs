using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Api;

/// <summary>Every refusal that people get who decide by API.</summary>
internal static class ApiProblems
{
    private static readonly TimeSpan s_issuerRetry = TimeSpan.FromSeconds(30);

    public static Problem Unauthenticated { get; } =
        new(
            401,
            "unauthenticated",
            "Who is deciding?",
            "Sign in with your organisation and send the ID token or access token in one header: "
                + "`Authorization: Bearer …`."
        );

    /// <summary>RFC 9470.</summary>
    public static Problem SignInAgain { get; } =
        new(
            401,
            "insufficient_user_authentication",
            "Sign in again",
            "You signed in more than an hour ago (`auth_time`). Sign in again (`max_age=3600`), then repeat this."
        )
        {
            Challenge = "error=\"insufficient_user_authentication\", max_age=\"3600\"",
        };

    public static Problem NotAPerson { get; } =
        new(
            403,
            "not_a_person",
            "Keys do not decide",
            "Keys of agents, guards and auditors can never read a review or decide. A person signs in with "
                + "their organisation and sends that token."
        );

    public static Problem IssuerUnavailable { get; } =
        new(
            503,
            "unavailable",
            "The issuer cannot be asked",
            "The keys of the configured issuer cannot be had, so nobody is believed now. Nothing was decided. "
                + "Try again, or decide in chat."
        )
        {
            RetryAfter = s_issuerRetry,
        };

    public static Problem NotFound { get; } =
        new(404, "not_found", "Not found", "No request has this id.");

    /// <summary>RFC 6750, 3.1. Why: a text of ours.</summary>
    public static Problem InvalidToken(string why) =>
        new(401, "unauthenticated", "The token is not believed", $"The token {why}.")
        {
            Challenge = "error=\"invalid_token\"",
        };

    /// <summary>
    /// Why it does not count: 409 for what a look at the present review mends, 422 for a reason that is
    /// missing, 403 for the duties.
    /// </summary>
    public static Problem Of(ApiAnswer.Refused refused) =>
        refused.Why switch
        {
            Refusal.Ended or Refusal.Expired => Of(
                409,
                "not_pending",
                "The request is no longer pending",
                refused
            ) with
            {
                Present = refused.Present is { } now ? now.Write : null,
            },
            Refusal.ReviewChanged => Of(
                409,
                "review_changed",
                "This is not what is to be decided now",
                refused
            ) with
            {
                DisplayHash = refused.Present?.DisplayHash,
            },
            Refusal.TooSoon => Of(409, "too_soon", "Read it first", refused) with
            {
                RetryAfter = TimeSpan.FromSeconds(refused.Present?.DwellLeft ?? 1),
            },
            Refusal.ReasonMissing => Of(422, "reason_missing", "A reason is needed", refused) with
            {
                Errors = [new InputError("/reason", "required", "The policy wants a reason.")],
            },
            _ => Forbidden(refused.Why, refused.Text),
        };

    public static Problem Forbidden(Refusal why, string text) =>
        new(403, WireNames.Of(why), "Not for you", text);

    private static Problem Of(int status, string code, string title, ApiAnswer.Refused refused) =>
        new(status, code, title, refused.Text);
}

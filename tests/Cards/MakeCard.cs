using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Cards;

namespace ChatApprovals.Tests.Cards;

/// <summary>Cards to draw, and ways to read what was drawn.</summary>
internal static class MakeCard
{
    public const string Token = "tok_7hQ2dN0aXw4";

    public static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    private const string RoleDiff =
        "--- a/role.json\n+++ b/role.json\n@@ -1,4 +1,5 @@\n {\n   \"role\": \"deployer\",\n"
        + "-  \"policies\": [\"ReadOnlyAccess\"]\n+  \"policies\": [\"ReadOnlyAccess\",\n"
        + "+               \"AdministratorAccess\"]\n }\n";

    /// <summary>
    /// The contract's example request in any state, with the outcomes that state has.
    /// </summary>
    public static Card In(CardState state) =>
        Plain with
        {
            State = state,
            Revision = (int)state,
            Outcomes = [.. Outcomes(state)],
            Stages = [new CardStage(["sre"], 2, Approvals(state))],
            Actions = state is CardState.Pending or CardState.PartlyApproved
                ? new CardActions(Token, true, true, false, true)
                {
                    RejectReason = ReasonRule.Required,
                }
                : CardActions.None,
        };

    /// <summary>The smallest pending card that can be decided.</summary>
    public static Card Bare { get; } =
        new()
        {
            State = CardState.Pending,
            Code = "K7Q-4XM",
            RequestId = "apr_01J",
            Risk = "low",
            Action = "iam.role.attach_policy",
            ResourceType = "aws.iam.role",
            ResourceId = "deployer",
            Stages = [new CardStage(["sre"], 1, 0)],
            ExpiresAt = Now.AddMinutes(15),
            Actions = new CardActions(Token, true, true, false, false),
        };

    private static Card Plain { get; } =
        Bare with
        {
            Risk = "high",
            ResourceId = "arn:aws:iam::123456789012:role/deployer",
            Facts =
            [
                new("Agent", "deploy-bot"),
                new("Owner", "Olu Ade"),
                new("Started by", "alice@acme.example (human); the agent calls them Alice Ng"),
                new("On behalf of", "planner (agent)"),
                new("Environment", "production"),
                new("Policy", "prod-iam, version 3"),
                new("Policy applies", "action is iam.*; environment is production"),
                new("Can approve now", "Alex Kim, Sam Roe"),
                new("Cannot approve", "Olu Ade (owner)"),
                new("action.policy", "AdministratorAccess"),
                new("context.change_ticket", "CHG-1042"),
            ],
            DataScope = new CardDataScope
            {
                Classification = "restricted",
                Summary = "customer e-mail addresses",
                Records = 1_200_000,
                Datasets = ["crm.customers"],
                Fields = ["email"],
                Destination = "s3://exports/2026-11",
            },
            Diff = Diff.Parse(RoleDiff),
            Justification = "Deploy 4812 needs to attach the role once.",
            Evidence =
            [
                new(CardEvidenceKind.Fact, "Pipeline", "deploy #4812"),
                new(
                    CardEvidenceKind.Log,
                    "plan.log",
                    "Plan: 1 to add, 0 to change\nApply? waiting"
                ),
                new(CardEvidenceKind.PolicyTrace, "opa iam/no-admin", "deny: needs a person"),
                new(CardEvidenceKind.Link, "Run", "https://ci.acme.example/runs/4812"),
            ],
            Undo = "aws iam detach-role-policy --role-name deployer",
        };

    /// <summary>One answered, one not.</summary>
    public static ImmutableArray<CardQuestion> Questions { get; } =
    [
        new(
            "Sam Roe",
            "teams",
            Now.AddMinutes(1),
            "Which of the two deployers is it?",
            new CardAnswer("The one of build 4812.\nNot the old one.", Now.AddMinutes(2))
        ),
        new("Alex Kim", "slack", Now.AddMinutes(3), "Until when does it need the role?", null),
    ];

    public static JsonElement Json(Rendering drawn) => Json(drawn.Json);

    public static JsonElement Json(byte[] json) => JsonDocument.Parse(json).RootElement;

    /// <summary>
    /// Every string under a member named <c>text</c>, joined: what a person can read.
    /// </summary>
    public static string Shown(JsonElement json) => string.Concat(Texts(json));

    public static string Shown(Rendering drawn) => Shown(Json(drawn));

    public static IEnumerable<string> Texts(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
            JsonValueKind.Object => json.EnumerateObject()
                .SelectMany(m =>
                    m.Value.ValueKind == JsonValueKind.String
                        ? m.NameEquals("text") || m.NameEquals("fallbackText")
                            ? [m.Value.GetString()!]
                            : Array.Empty<string>()
                        : Texts(m.Value)
                ),
            _ => [],
        };

    /// <summary>All values of members with that name, anywhere.</summary>
    public static IEnumerable<string> Values(JsonElement json, string name) =>
        json.ValueKind switch
        {
            JsonValueKind.Array => json.EnumerateArray().SelectMany(e => Values(e, name)),
            JsonValueKind.Object => json.EnumerateObject()
                .SelectMany(m =>
                    m.NameEquals(name) && m.Value.ValueKind == JsonValueKind.String
                        ? [m.Value.GetString()!]
                        : Values(m.Value, name)
                ),
            _ => [],
        };

    private static int Approvals(CardState state) =>
        state switch
        {
            CardState.PartlyApproved => 1,
            CardState.Approved or CardState.Executed or CardState.Failed or CardState.Unknown => 2,
            _ => 0,
        };

    private static IEnumerable<CardOutcome> Outcomes(CardState state)
    {
        var alex = new CardOutcome(
            "Alex Kim",
            CardVerdict.Approved,
            Now.AddMinutes(2),
            null,
            "slack"
        );
        var sam = new CardOutcome(
            "Sam Roe",
            CardVerdict.Approved,
            Now.AddMinutes(4),
            "Seen with Olu.",
            "teams"
        );
        var end = Now.AddMinutes(6);
        return state switch
        {
            CardState.PartlyApproved => [alex],
            CardState.Approved => [alex, sam],
            CardState.Denied =>
            [
                new("Sam Roe", CardVerdict.Rejected, end, "Not at 3 a.m.\nAsk again.", "teams"),
            ],
            CardState.Expired => [new("ChatApprovals", CardVerdict.Expired, end, null, null)],
            CardState.Cancelled =>
            [
                new("deploy-bot", CardVerdict.Cancelled, end, "no longer needed", "api"),
            ],
            CardState.Executed =>
            [
                alex,
                sam,
                new("deploy-bot", CardVerdict.Executed, end, "attached", "api"),
            ],
            CardState.Failed =>
            [
                alex,
                sam,
                new("deploy-bot", CardVerdict.Failed, end, "AccessDenied", "api"),
            ],
            CardState.Unknown =>
            [
                alex,
                sam,
                new("guard iam", CardVerdict.Unknown, end, "The upstream answered 504.", null),
            ],
            _ => [],
        };
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Support;

/// <summary>Data for the rules' tests: a small company at noon.</summary>
public static class Make
{
    public static DateTimeOffset Noon { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static AgentName Agent { get; } = AgentName.Parse("deploy-bot", null);

    public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();

    public static AccountId Slack(string user) => AccountId.Slack("T1", user);

    public static AccountId Teams(string user) => AccountId.Teams("tenant-1", user);

    public static Member Member(AccountId account, params string[] emails) =>
        new(account, account.User, [.. emails]);

    public static ActionRequest Request(
        string initiator = "alice@acme.example",
        string type = "human"
    ) =>
        new()
        {
            Action = new NamedAction("iam.role.attach_policy", Json("""{"policy":"Admin"}""")),
            Resource = new Resource("aws.iam.role", "deployer", Json("{}")),
            Context = Json("{}"),
            Initiator = new Party(type, initiator, null),
        };

    public static Fact Linked(PersonId person, AccountId account, params string[] emails) =>
        new Fact.PersonLinked(person, account, "first_contact", account.User, [.. emails]);

    public static Fact Group(string name, params PersonId[] members) => Group(name, [], members);

    public static Fact Group(
        string name,
        ImmutableArray<Widening> widenings,
        params PersonId[] members
    ) => Changed("group", name, new Group(name, [.. members], widenings));

    public static Fact OwnedAgent(PersonId keyCreator, params PersonId[] owners) =>
        Changed(
            "agent",
            Agent.ToString(),
            new Agent(Agent, [.. owners], [], "hash", keyCreator, Noon, Disabled: false)
        );

    public static Fact Changed(string area, string name, object? value) =>
        new Fact.ConfigChanged(
            "cfg_1",
            area,
            name,
            null,
            value is null
                ? null
                : JsonSerializer.SerializeToElement(value, value.GetType(), ConfigJson.Options),
            null,
            "unreviewed"
        );

    public static Register Register(params IEnumerable<Fact> facts) =>
        facts.Aggregate(ChatApprovals.Approvals.Register.Empty, (r, f) => r.Apply(f, Noon));

    /// <summary>A pending request made now, judged by this register.</summary>
    public static Approval Approval(
        Register register,
        Policy? policy = null,
        ActionRequest? request = null
    )
    {
        policy ??= Policy.Default;
        var agent = register.Agent(Agent)!;
        return new Approval(
            RequestId.New(Noon),
            Noon,
            new Opening
            {
                Agent = Agent,
                Request = request ?? Request(),
                Salt = "salt",
                BindingHash = "hash",
                Code = "K7Q-4XM",
                Policy = policy,
                Risk = Risk.Medium,
                Owners = agent.Owners,
                KeyCreator = agent.KeyCreator,
                Eligible =
                [
                    .. policy.Stages.Select(s =>
                        s.Approvers.SelectMany(g => register.Group(g)?.Members ?? [])
                            .Distinct()
                            .ToImmutableArray()
                    ),
                ],
                ExpiresAt = Noon.AddMinutes(15),
                Copies = [new CardCopy("token", Surface.Slack, "C1")],
                BodyHash = "body",
            }
        );
    }

    public static Attempt Attempt(
        Register register,
        AccountId account,
        Verdict verdict = Verdict.Approved,
        MemberObstacle? obstacle = null
    )
    {
        var person = register.PersonOf(account)!;
        var emails = person.Accounts.First(a => a.Id == account).Emails;
        return new Attempt(
            verdict,
            person,
            new Member(account, person.Name, emails) { Obstacle = obstacle },
            null,
            account.Surface,
            "shown",
            "evidence"
        );
    }
}

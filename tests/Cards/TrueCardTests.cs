using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Cards;

/// <summary>The cards that the pictures show are the ones that the desk makes.</summary>
public sealed class TrueCardTests
{
    [Fact]
    public void The_golden_card_states_the_facts_that_the_desk_states()
    {
        var (olu, alex, sam) = (NewPerson(), NewPerson(), NewPerson());
        var register = Make.Register(
            Named(olu, "OLU", "Olu Ade"),
            Named(alex, "ALEX", "Alex Kim"),
            Named(sam, "SAM", "Sam Roe"),
            Make.OwnedAgent(olu, olu),
            Make.Group("sre", alex, sam, olu)
        );
        var policy = new Policy("prod-iam", 3)
        {
            Match = new PolicyMatch { Action = ["iam.*"], Environment = ["production"] },
            Stages = [new Stage(["sre"], 2)],
        };
        var approval = Make.Approval(register, policy, Request());
        var card = ApprovalCard.For(approval, register, approval.Copies[0], null, null);
        var golden = MakeCard.In(ChatApprovals.Cards.CardState.Pending);
        Assert.Equal(card.Facts, golden.Facts);
        Assert.Equal(card.Stages[0].Approvers, golden.Stages[0].Approvers);
        Assert.Equal(
            (card.Actions.Approve, card.Actions.Reject, card.Actions.Question),
            (golden.Actions.Approve, golden.Actions.Reject, golden.Actions.Question)
        );
        Assert.Equal(card.Code, golden.Code);
    }

    private static ActionRequest Request() =>
        Make.Request() with
        {
            Action = new NamedAction(
                "iam.role.attach_policy",
                Make.Json("""{"policy":"AdministratorAccess"}""")
            ),
            Resource = new Resource(
                "aws.iam.role",
                "arn:aws:iam::123456789012:role/deployer",
                Make.Json("""{"environment":"production"}""")
            ),
            Context = Make.Json("""{"change_ticket":"CHG-1042"}"""),
            Initiator = new Party("human", "alice@acme.example", "Alice Ng"),
            OnBehalfOf = [new Party("agent", "planner", null)],
        };

    private static Fact.PersonLinked Named(PersonId id, string user, string name) =>
        new(
            id,
            Make.Slack(user),
            "first_contact",
            name,
            [$"{user.ToLowerInvariant()}@acme.example"]
        );

    private static PersonId NewPerson() => PersonId.New(Make.Noon);
}

using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Desk;

/// <summary>What the ledger says is all there is: the projections made anew from it are the same bytes.</summary>
public sealed class RebuildTests
{
    [Fact]
    public async Task Every_kind_of_fact_is_rebuilt_to_the_same_bytes()
    {
        await using var desk = await TestDesk.OpenAsync();
        var facts = Facts(desk.Committer.Register).ToList();
        // A new kind of fact fails here until it is in the list.
        var kinds = typeof(Fact).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(Fact)));
        Assert.Equal(
            kinds.Select(t => t.Name).Order(StringComparer.Ordinal),
            facts
                .Select(f => f.GetType().Name)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        );
        foreach (var fact in facts)
        {
            await desk.Committer.CommitAsync(
                commit =>
                {
                    commit.Record(fact);
                    return true;
                },
                TestDesk.Cancel
            );
        }

        var before = Projections.Of(desk.Store);
        Assert.Contains("the reason", before, StringComparison.Ordinal);
        Assert.Equal(desk.Store.Head()!.Size, Rebuild.Run(desk.Store));
        Assert.Equal(before, Projections.Of(desk.Store));
    }

    private static readonly Fact.ExportCreated s_byOperator = new(null, "jsonl", null, Make.Noon)
    {
        Operator = "root",
        Sha256 = new string('0', 64),
        Size = 7,
    };

    private static IEnumerable<Fact> Facts(Register register)
    {
        var (bob, carol, dan) = (
            Person(register, "BOB"),
            Person(register, "CAROL"),
            PersonId.New(Make.Noon)
        );
        yield return new Fact.KeyCreated("grant", "kid");
        yield return new Fact.KeyRotated("grant", "kid2", "kid", """{"kty":"EC"}""", "proof", bob)
        {
            Review = "unreviewed",
        };
        yield return new Fact.ExportCreated(carol, "bundle", Make.Noon, null);
        yield return s_byOperator;
        yield return new Fact.Heartbeat();
        yield return new Fact.LedgerRestored(2, 7, "root", 9);
        yield return Make.Linked(dan, Make.Teams("dan"), "dan@acme.example", "d@acme.example");
        yield return new Fact.PersonUnlinked(
            bob,
            Make.Slack("BOB"),
            PersonId.New(Make.Noon),
            "command",
            carol,
            Make.Noon
        );
        yield return new Fact.PersonErased(
            dan,
            new Erasure(bob, carol, RequestId.New(Make.Noon)),
            [],
            [Make.Teams("dan")],
            [carol]
        );
        yield return Make.Group("approvers", dan, carol);
        yield return Make.Changed("group", "gone", new Group("gone", [dan], []));
        yield return Make.Changed("group", "gone", null);
        foreach (var fact in Revoked(Make.Approval(register), dan))
        {
            yield return fact;
        }

        foreach (var status in Enum.GetValues<RequestStatus>())
        {
            foreach (var fact in About(Make.Approval(register), status, dan))
            {
                yield return fact;
            }
        }
    }

    private static IEnumerable<Fact> Revoked(Approval request, PersonId by) =>
        [
            new Fact.RequestCreated(request.Id, request.Opening),
            new Fact.RequestEnded(request.Id, RequestStatus.Approved, "policy:p", "allowed"),
            new Fact.GrantRevoked(request.Id, Grant: null, by),
            new Fact.RequestErased(
                request.Id,
                new Erasure(by, PersonId.New(Make.Noon), request.Id),
                [],
                [new CardCopy("left", Surface.Slack, "C1") { Message = "m7", Told = 2 }]
            ),
        ];

    private static IEnumerable<Fact> About(Approval request, RequestStatus end, PersonId dan)
    {
        var id = request.Id;
        var verdict = end == RequestStatus.Denied ? Verdict.Rejected : Verdict.Approved;
        yield return new Fact.RequestCreated(id, request.Opening);
        foreach (var fact in Talk(id, dan))
        {
            yield return fact;
        }

        yield return new Fact.RequestDisplayed(id, 0, Surface.Slack, "C1", "m1", "shown")
        {
            Told = 3,
        };
        yield return new Fact.ConfigProposed(
            id,
            new ProposedChange("group", "sre", null, Make.Json("{}"), dan, Make.Teams("dan"))
        );
        yield return new Fact.RequestReminded(id, [new CardCopy("t2", Surface.Slack, "D1")]);
        yield return new Fact.RequestEscalated(
            id,
            ["leads"],
            [new CardCopy("t3", Surface.Teams, "19:c")]
        );
        yield return new Fact.DecisionRefused(
            id,
            verdict,
            Refusal.Owner,
            Make.Teams("dan"),
            dan,
            "evidence"
        );
        yield return Decided(id, verdict, dan);
        if (end != RequestStatus.Pending)
        {
            yield return new Fact.RequestEnded(id, end, dan.ToString(), "the end");
        }

        foreach (var fact in end == RequestStatus.Approved ? Used(id) : [])
        {
            yield return fact;
        }
    }

    private static Fact.DecisionMade Decided(RequestId id, Verdict verdict, PersonId dan) =>
        new(
            id,
            new Decision(
                verdict,
                dan,
                Make.Teams("dan"),
                "Dan",
                Surface.Teams,
                Make.Noon,
                "the reason",
                "shown",
                "evidence"
            )
        );

    private static IEnumerable<Fact> Talk(RequestId id, PersonId dan)
    {
        var (first, second) = (QuestionId.New(Make.Noon), QuestionId.New(Make.Noon));
        var account = Make.Teams("dan");
        Question Ask(QuestionId question) =>
            new(question, dan, account, "Dan", Surface.Teams, "Why now?", Make.Noon);
        yield return new Fact.QuestionAsked(id, Ask(first), "evidence");
        yield return new Fact.QuestionAsked(id, Ask(second), EvidenceHash: null);
        yield return new Fact.QuestionAnswered(id, first, "the answer");
        yield return new Fact.QuestionRefused(id, Refusal.Guest, account, dan, "evidence");
    }

    private static IEnumerable<Fact> Used(RequestId id)
    {
        var grant = GrantId.New(Make.Noon);
        yield return new Fact.GrantRefused(id, null, "g", GrantRefusal.InvalidToken);
        yield return new Fact.GrantIssued(id, grant, "https://aud", Make.Noon, "kid");
        yield return new Fact.GrantRefused(id, grant, Guard: null, GrantRefusal.WrongKey);
        var bound = new Fact.GrantIssued(id, grant, "https://aud", Make.Noon, "kid");
        yield return bound with
        {
            Jkt = "thumbprint",
        };
        yield return new Fact.GrantConsumed(id, grant, "g");
        yield return new Fact.ExecutionReported(id, "failed", "the detail");
    }

    private static PersonId Person(Register register, string user) =>
        register.PersonOf(Make.Slack(user))!.Id;
}

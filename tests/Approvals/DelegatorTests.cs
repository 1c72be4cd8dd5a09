using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>One person names one, by whatever account of theirs.</summary>
public sealed class DelegatorTests
{
    private static readonly PersonId s_carol = PersonId.New(Make.Noon);
    private static readonly PersonId s_other = PersonId.New(Make.Noon);
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);

    private static readonly Register s_company = Make.Register(
        Make.Linked(s_carol, Make.Slack("CAROL")),
        Make.Linked(s_other, Make.Teams("carol")),
        Make.Linked(s_bob, Make.Slack("BOB")),
        Make.Group("approvers", s_carol, s_other)
    );

    [Fact]
    public void Who_is_not_known_names_nobody_and_is_named_by_nobody()
    {
        Assert.Contains("not known", Why(Begin(s_company, Make.Slack("ZOE"), s_bob)));
        Assert.Contains(
            "not known",
            Why(Begin(s_company, Make.Slack("BOB"), PersonId.New(Make.Noon)))
        );
    }

    [Fact]
    public void What_each_of_two_accounts_gave_before_they_were_linked_is_taken_back_one_by_one()
    {
        var register = Given(Given(s_company, Make.Slack("CAROL")), Make.Teams("carol"));
        var linked = Assert.IsType<LinkRuling.Done>(
            Linking.Link(
                register,
                register.Person(s_carol)!,
                Make.Member(Make.Teams("carol")),
                "admin",
                null,
                TimeSpan.Zero,
                Make.Noon
            )
        );
        register = linked.Facts.Aggregate(register, (r, f) => r.Apply(f, Make.Noon));
        var again = Delegating.Begin(
            register,
            Make.Slack("CAROL"),
            s_bob,
            Make.Noon.AddHours(9),
            Make.Noon
        );
        Assert.Contains("Another account of yours", Why(again));
        var person = register.Person(s_carol)!;
        for (var left = 2; left > 0; left--)
        {
            Assert.Equal(left, register.Delegations.Count(d => d.Until > Make.Noon));
            register = With(register, Delegating.End(register, person, Make.Noon));
        }

        Assert.IsType<DelegationRuling.Same>(Delegating.End(register, person, Make.Noon));
        Assert.NotNull(register.Value(Register.DelegationArea, s_carol.ToString()));
    }

    private static Register Given(Register register, AccountId by) =>
        With(register, Begin(register, by, s_bob));

    private static DelegationRuling Begin(Register register, AccountId by, PersonId to) =>
        Delegating.Begin(register, by, to, Make.Noon.AddHours(8), Make.Noon);

    private static Register With(Register register, DelegationRuling ruling)
    {
        var set = Assert.IsType<DelegationRuling.Set>(ruling);
        return register.Apply(
            Make.Changed(Register.DelegationArea, set.Name, set.After),
            Make.Noon
        );
    }

    private static string Why(DelegationRuling ruling) =>
        Assert.IsType<DelegationRuling.Refused>(ruling).Why;
}

using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>What linking and parting come to, where they cannot be done, and what an account may use.</summary>
public sealed class LinkingTests
{
    private static readonly TimeSpan s_wait = TimeSpan.FromHours(24);
    private static readonly PersonId s_ann = PersonId.New(Make.Noon);
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);
    private static readonly AccountId s_annSlack = Make.Slack("ANN");
    private static readonly AccountId s_bobSlack = Make.Slack("BOB");
    private static readonly AccountId s_bobTeams = Make.Teams("bob");
    private static readonly AccountId s_nobody = Make.Teams("nobody");

    private static readonly Register s_register = Make.Register(
        Make.Linked(s_ann, s_annSlack),
        Make.Linked(s_bob, s_bobSlack),
        Make.Group("sre", s_ann)
    );

    [Fact]
    public void One_person_has_at_most_twenty_accounts()
    {
        var full = Enumerable
            .Range(1, Linking.AccountsMax - 1)
            .Aggregate(
                s_register,
                (r, i) => r.Apply(Make.Linked(s_ann, Make.Slack($"ANN{i}")), Make.Noon)
            );
        Assert.IsType<LinkRuling.Refused>(Link(full, s_bobSlack));
        Assert.IsType<LinkRuling.Refused>(Link(full, s_nobody));
    }

    [Fact]
    public void Nobody_is_parted_who_is_not_known_or_is_alone()
    {
        Assert.IsType<LinkRuling.Refused>(Part(s_register, s_nobody));
        Assert.IsType<LinkRuling.Same>(Part(s_register, s_bobSlack));
    }

    [Fact]
    public void Whichever_account_is_parted_each_keeps_the_id_that_was_made_for_it()
    {
        var one = Do(s_register, Link(s_register, s_bobSlack));
        Assert.Equal(s_ann, one.PersonOf(s_bobSlack)!.Id);
        foreach (var account in (AccountId[])[s_annSlack, s_bobSlack])
        {
            var two = Do(one, Part(one, account));
            Assert.Equal(s_ann, two.PersonOf(s_annSlack)!.Id);
            Assert.Equal(s_bob, two.PersonOf(s_bobSlack)!.Id);
        }
    }

    [Fact]
    public void An_account_that_came_with_the_first_contact_of_another_gets_an_id_when_parted()
    {
        var both = s_register.Apply(Make.Linked(s_bob, s_bobTeams), Make.Noon);
        var two = Do(both, Part(both, s_bobTeams));
        Assert.Equal(s_bob, two.PersonOf(s_bobSlack)!.Id);
        Assert.NotEqual(s_bob, two.PersonOf(s_bobTeams)!.Id);
    }

    [Theory]
    [InlineData("link", "slack:T1:ANN slack:T1:BOB", true)]
    [InlineData("link", "slack:T1:ANN slack:T1:GONE", false)]
    [InlineData("link", "slack:T1:GONE slack:T1:BOB", false)]
    [InlineData("unlink", "slack:T1:GONE", false)]
    public void A_confirmed_link_is_made_only_between_accounts_that_are_known_then(
        string area,
        string accounts,
        bool done
    )
    {
        var change = new ProposedChange(area, accounts, null, null, s_ann, s_annSlack);
        var ruling = Linking.Confirmed(s_register, change, s_wait, Make.Noon);
        Assert.Equal(done, ruling is LinkRuling.Done);
        Assert.Equal(!done, ruling is LinkRuling.Refused { Text.Length: > 0 });
    }

    [Fact]
    public void What_stands_of_accounts_is_told_of_those_that_are_known()
    {
        Assert.Null(Linking.Standing(s_register, $"nothing {s_nobody}"));
        var standing = Linking.Standing(s_register, $"{s_annSlack} nothing {s_nobody}")!;
        Assert.Equal([s_annSlack.ToString()], Assert.Single(standing).Value);
    }

    [Fact]
    public void An_account_uses_nothing_of_a_person_it_does_not_belong_to()
    {
        var ann = s_register.Person(s_ann)!;
        Assert.Empty(Register.StandingOf(ann, s_bobSlack, Make.Noon));
        Assert.True(s_register.HasRole("sre", s_annSlack, Make.Noon));
        Assert.False(s_register.HasRole("sre", s_bobSlack, Make.Noon));
        Assert.False(s_register.HasRole("sre", s_nobody, Make.Noon));
    }

    private static LinkRuling Link(Register register, AccountId account) =>
        Linking.Link(
            register,
            register.Person(s_ann)!,
            Make.Member(account),
            "admin",
            s_ann,
            s_wait,
            Make.Noon
        );

    private static LinkRuling Part(Register register, AccountId account) =>
        Linking.Unlink(register, account, s_ann, s_wait, Make.Noon);

    private static Register Do(Register register, LinkRuling ruling) =>
        Assert
            .IsType<LinkRuling.Done>(ruling)
            .Facts.Aggregate(register, (r, f) => r.Apply(f, Make.Noon));
}

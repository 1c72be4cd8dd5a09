using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>Who vouches for a sign-in, and what its address may do.</summary>
public sealed class SignInTests
{
    private const string Issuer = "https://login.example";
    private static readonly AccountId s_oidc = AccountId.OfSubject(Issuer, "bob")!.Value;
    private static readonly AccountId s_slack = Make.Slack("BOB");
    private static readonly AccountId s_teams = Make.Teams("bob");

    [Fact]
    public void A_sign_in_of_nobody_and_one_without_a_chat_account_have_nobody_to_vouch_for_them()
    {
        Assert.Equal(MemberObstacle.NotLinked, Of(person: null));
        Assert.Equal(MemberObstacle.NotLinked, Of(Bob(s_oidc)));
    }

    [Fact]
    public void Accounts_of_an_app_that_is_switched_off_count_neither_way()
    {
        var bob = Bob(s_slack, s_teams, s_oidc);
        Assert.Null(Of(bob, s => s == Surface.Slack, Live(s_slack)));
        Assert.Equal(MemberObstacle.NotLinked, Of(bob, _ => false));
    }

    [Theory]
    [InlineData(MemberObstacle.Guest)]
    [InlineData(MemberObstacle.Stranger)]
    [InlineData(MemberObstacle.NotHuman)]
    [InlineData(MemberObstacle.Deactivated)]
    [InlineData(MemberObstacle.Unknown)]
    public void Every_chat_account_must_be_a_live_full_human_member(MemberObstacle obstacle)
    {
        var bob = Bob(s_slack, s_teams, s_oidc);
        Assert.Null(Of(bob, null, Live(s_slack), Live(s_teams)));
        Assert.Equal(
            obstacle,
            Of(bob, null, Live(s_slack), Live(s_teams) with { Obstacle = obstacle })
        );
        Assert.Equal(
            obstacle,
            Of(bob, null, Live(s_slack) with { Obstacle = obstacle }, Live(s_teams))
        );
    }

    [Fact]
    public void An_account_that_was_not_asked_about_is_in_the_way() =>
        Assert.Equal(MemberObstacle.Unknown, Of(Bob(s_slack, s_teams), null, Live(s_slack)));

    [Fact]
    public void They_are_called_as_their_chat_account_is()
    {
        var signIn = new SignIn(s_oidc, "bob@acme.example");
        var member = signIn.MemberOf(Bob(s_oidc, s_slack), [Live(s_slack)], _ => true);
        Assert.Equal("BOB", member.Name);
        Assert.Equal(s_oidc, member.Account);
    }

    [Fact]
    public void A_sign_in_tells_its_own_account_an_address_and_takes_none_away()
    {
        var bob = Bob(s_slack, s_oidc);
        var told = new SignIn(s_oidc, "bob@acme.example").Told(bob);
        Assert.Equal("bob@acme.example", Assert.Single(told.Account(s_oidc)!.Emails));
        Assert.Empty(told.Account(s_slack)!.Emails);
        Assert.Empty(told.DirectoryEmails);
        Assert.Same(told, new SignIn(s_oidc, Email: null).Told(told));
        Assert.Same(
            bob,
            new SignIn(AccountId.OfSubject(Issuer, "x")!.Value, "x@y.example").Told(bob)
        );
    }

    [Fact]
    public void An_address_of_the_issuer_excludes()
    {
        var register = Register(email: "Alice@acme.example");
        Assert.Equal(Refusal.Initiator, Judge(register, "alice@acme.example"));
    }

    [Fact]
    public void An_address_of_the_issuer_does_not_show_that_somebody_is_another_than_the_initiator()
    {
        // Slack says no address of Bob: that the issuer says another one than Alice's proves nothing.
        var register = Register(email: "bob@acme.example");
        Assert.Equal(Refusal.NothingToCompare, Judge(register, "alice@acme.example"));
    }

    [Fact]
    public void An_address_of_the_issuer_makes_one_with_whoever_has_it_in_chat()
    {
        var register = Register(email: "carol@acme.example");
        var carol = register.PersonOf(Make.Slack("CAROL"))!;
        Assert.Contains(
            carol,
            register.SamePeople(register.PersonOf(s_slack)!),
            EqualityComparer<Person>.Default
        );
    }

    [Theory]
    [InlineData("f:3c1:bob")]
    [InlineData("oidc:https://login.example:f:3c1:bob")]
    [InlineData("oidc:https://login.example:f%3A3c1%3Abob")]
    public void An_initiator_whose_subject_has_a_colon_is_found_however_it_is_written(string id)
    {
        var bob = PersonId.New(Make.Noon);
        var register = Make.Register([
            Make.Linked(bob, s_slack, "bob@acme.example"),
            Make.Linked(bob, AccountId.OfSubject(Issuer, "f:3c1:bob")!.Value),
            Make.OwnedAgent(PersonId.New(Make.Noon)),
            Make.Group("approvers", bob),
        ]);
        Assert.Equal(Refusal.Initiator, Judge(register, id));
    }

    private static MemberObstacle? Of(
        Person? person,
        Func<Surface, bool>? isAsked = null,
        params Member[] said
    ) => new SignIn(s_oidc, Email: null).MemberOf(person, said, isAsked ?? (_ => true)).Obstacle;

    private static Member Live(AccountId account) => Make.Member(account);

    private static Person Bob(params AccountId[] accounts) =>
        new(
            PersonId.New(Make.Noon),
            "Bob",
            [.. accounts.Select(a => new Account(a, [], Make.Noon))]
        );

    /// <summary>Bob, of whom Slack says no address, with a sign-in that has one; Alice and Carol.</summary>
    private static Register Register(string email)
    {
        var (bob, carol) = (PersonId.New(Make.Noon), PersonId.New(Make.Noon));
        return Make.Register([
            Make.Linked(bob, s_slack),
            Make.Linked(bob, s_oidc, email),
            Make.Linked(carol, Make.Slack("CAROL"), "carol@acme.example"),
            Make.OwnedAgent(PersonId.New(Make.Noon)),
            Make.Group("approvers", bob, carol),
        ]);
    }

    private static Refusal? Judge(Register register, string initiator)
    {
        var approval = Make.Approval(register, request: Make.Request(initiator));
        return Duties.Judge(approval, register, register.PersonOf(s_slack)!, Make.Member(s_slack));
    }
}

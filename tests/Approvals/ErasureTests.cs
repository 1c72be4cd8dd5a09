using ChatApprovals.Approvals;
using ChatApprovals.Grants;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>What an erasure does to a request and to a person, and what it never does.</summary>
public sealed class ErasureTests
{
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);
    private static readonly PersonId s_carol = PersonId.New(Make.Noon);
    private static readonly Erasure s_erasure = new(s_bob, s_carol, RequestId.New(Make.Noon));

    private static readonly Register s_register = Make.Register(
        Make.Linked(s_bob, Make.Slack("BOB"), "bob@acme.example"),
        Make.Linked(s_carol, Make.Slack("CAROL"), "carol@acme.example"),
        Make.OwnedAgent(s_bob, s_bob),
        Make.Group("approvers", s_bob, s_carol)
    );

    [Fact]
    public void What_waits_is_never_erased()
    {
        var request = Make.Approval(s_register);
        Assert.Throws<InvalidOperationException>(() => request.Apply(Erased(request), Make.Noon));
    }

    [Fact]
    public void An_erased_request_keeps_its_state_and_says_how_it_was_erased()
    {
        var ended = Ended(Make.Approval(s_register));
        var erased = ended.Apply(Erased(ended), Make.Noon.AddHours(1));
        Assert.Equal(RequestStatus.Approved, erased.Status);
        Assert.Equal(s_erasure with { At = Make.Noon.AddHours(1) }, erased.Erased);
        Assert.Equal("left", Assert.Single(erased.Copies).Token);
    }

    [Fact]
    public void Copies_that_were_erased_with_the_opening_are_what_the_erasure_says()
    {
        var left = Left(Make.Approval(s_register));
        var shown = new Fact.RequestDisplayed(left.Id, 0, Surface.Slack, "C1", "m1", "hash");
        var ended = Ended(left.Apply(shown, Make.Noon));
        Assert.Empty(ended.Copies);
        var erased = ended.Apply(Erased(ended), Make.Noon);
        Assert.Equal("m1", erased.Apply(shown, Make.Noon).Copies[0].Message);
    }

    [Fact]
    public void The_policys_hash_outlives_the_policy()
    {
        var whole = Make.Approval(s_register).Opening;
        Assert.Equal(whole.Policy.ContentHash(), whole.PolicyHash);
        Assert.False(whole.IsErased);
        var left = Left(Make.Approval(s_register)).Opening;
        Assert.Equal("policy's hash", left.PolicyHash);
        Assert.True(left.IsErased);
    }

    [Fact]
    public void Nothing_is_issued_or_sent_by_an_erased_request()
    {
        var left = Ended(Left(Make.Approval(s_register)));
        Assert.Equal(GrantRefusal.Revoked, GrantCheck.WhyNotIssue(left, s_register, Make.Noon));
        var guard = new KnownGuard(Make.Agent, "aud", s_bob, Make.Noon);
        var call = new Presented(
            null,
            left.Opening.Request.Action,
            left.Opening.Request.Resource,
            left.Opening.Request.Context,
            new KeyProof.None()
        );
        Assert.Equal(
            GrantRefusal.Revoked,
            GrantCheck.WhyNotSend(left, call, guard, s_register, Make.Noon)
        );
    }

    [Fact]
    public void An_erased_person_has_no_name_and_no_address_and_is_one_with_whom_they_were()
    {
        var register = s_register
            .Apply(Make.Linked(s_bob, Make.Slack("BOB"), "b@acme.example"), Make.Noon)
            .Apply(
                new Fact.PersonErased(s_bob, s_erasure, [], [Make.Slack("BOB")], [s_carol]),
                Make.Noon
            );
        var bob = register.PersonOf(Make.Slack("BOB"))!;
        Assert.True(bob.Accounts[0].IsErased);
        Assert.Equal(Erasure.Mark, bob.Name);
        Assert.Empty(bob.Emails);
        Assert.Equal(
            new Bygone(s_carol.ToString(), DateTimeOffset.MaxValue),
            Assert.Single(bob.Accounts[0].Bygones)
        );
        // For good, also after they are known again.
        var again = register.Apply(
            Make.Linked(s_bob, Make.Slack("BOB"), "bob@acme.example"),
            Make.Noon.AddDays(400)
        );
        Assert.False(again.PersonOf(Make.Slack("BOB"))!.Accounts[0].IsErased);
        Assert.Equal(2, again.SamePeople(again.PersonOf(Make.Slack("CAROL"))!).Count);
        Assert.True(again.IsInGroup("approvers", s_bob));
    }

    private static Approval Left(Approval whole) =>
        new(
            whole.Id,
            whole.CreatedAt,
            whole.Opening with
            {
                ErasedPolicyHash = "policy's hash",
                Copies = [],
            }
        );

    private static Approval Ended(Approval request) =>
        request.Apply(
            new Fact.RequestEnded(request.Id, RequestStatus.Approved, "policy:p", null),
            Make.Noon
        );

    private static Fact.RequestErased Erased(Approval request) =>
        new(request.Id, s_erasure, [1], [new CardCopy("left", Surface.Slack, "C1")]);
}

using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>What a request's state makes of facts: those of its own, in an order that can be, and no others.</summary>
public sealed class ApprovalTests
{
    private static readonly GrantId s_grant = GrantId.New(Make.Noon);
    private static readonly GrantId s_other = GrantId.New(Make.Noon);
    private static readonly PersonId s_owner = PersonId.New(Make.Noon);

    private static readonly Register s_register = Make.Register(
        Make.Linked(s_owner, Make.Slack("OWNER")),
        Make.OwnedAgent(s_owner, s_owner)
    );

    private static readonly Approval s_pending = Make.Approval(s_register);

    private static readonly Approval s_approved = s_pending with
    {
        Status = RequestStatus.Approved,
    };

    [Fact]
    public void A_fact_about_something_else_is_a_bug_and_throws() =>
        Assert.Throws<InvalidOperationException>(() =>
            s_pending.Apply(new Fact.Heartbeat(), Make.Noon)
        );

    [Fact]
    public void A_grant_presented_in_vain_changes_nothing()
    {
        var refused = new Fact.GrantRefused(s_approved.Id, s_grant, "g", GrantRefusal.Expired);
        Assert.Same(s_approved, s_approved.Apply(refused, Make.Noon));
    }

    [Theory]
    [InlineData(RequestStatus.Pending)]
    [InlineData(RequestStatus.Denied)]
    [InlineData(RequestStatus.Expired)]
    [InlineData(RequestStatus.Cancelled)]
    public void What_is_not_approved_has_no_grant(RequestStatus status) =>
        Assert.Throws<InvalidOperationException>(() =>
            (s_pending with { Status = status }).Apply(Issued(s_grant), Make.Noon)
        );

    [Fact]
    public void A_grant_is_issued_as_often_as_asked_and_stays_the_same_one()
    {
        var twice = After(Issued(s_grant), Issued(s_grant));
        Assert.Equal(s_grant, twice.Grant!.Id);
        Assert.Throws<InvalidOperationException>(() => twice.Apply(Issued(s_other), Make.Noon));
    }

    [Fact]
    public void A_grant_is_used_once_or_revoked_for_good_and_only_the_one_that_was_issued()
    {
        var issued = After(Issued(s_grant));
        Assert.Throws<InvalidOperationException>(() => issued.Apply(Used(s_other), Make.Noon));
        Assert.Throws<InvalidOperationException>(() => s_approved.Apply(Used(s_grant), Make.Noon));
        ImmutableArray<Approval> over =
        [
            After(Issued(s_grant), Used(s_grant)),
            After(Issued(s_grant), Revoked()),
            After(Revoked()),
            After(Used(s_grant) with { Forwarded = true }), // a guarded endpoint uses it at once: it was issued to nobody
        ];
        foreach (var (state, next) in over.SelectMany(_ => Facts(), (a, f) => (a, f)))
        {
            Assert.Throws<InvalidOperationException>(() => state.Apply(next, Make.Noon));
        }

        Assert.True(over[0].Grant!.IsConsumed);
        Assert.True(over[2].Grant is { IsRevoked: true, Id: null });
    }

    [Fact]
    public void Only_what_is_exactly_an_area_of_the_configuration_is_one()
    {
        string[] areas =
        [
            "agent",
            "group",
            "policy",
            "policy_order",
            "route",
            "place",
            "auditor_key",
            "guard",
            "freeze",
            "forward",
            Register.DelegationArea,
            Register.PlatformGroupArea,
            "link",
            "unlink",
        ];
        foreach (var (area, at) in areas.SelectMany(a => a.Select((_, i) => (a, i))))
        {
            var nearly = area[..at] + '#' + area[(at + 1)..];
            Assert.Throws<InvalidOperationException>(() => s_register.With(nearly, "x", null));
            Assert.Null(s_register.Value(nearly, Make.Agent.ToString()));
        }

        Assert.NotNull(s_register.Value("agent", Make.Agent.ToString()));
    }

    [Theory]
    [InlineData(
        "place",
        """{"conversation":"19:x","kind":"channel","tenant":"t","service_url":"https://s.example","added_at":"2026-11-21T12:00:00+00:00"}"""
    )]
    [InlineData(
        "place",
        """{"conversation":"a:x","kind":"personal","tenant":"t","service_url":"https://s.example","added_at":"2026-11-21T12:00:00+00:00","account":"teams:t:u","mri":"29:u"}"""
    )]
    [InlineData(
        "route",
        """{"policy":"p","destinations":[{"surface":"slack","conversation":"C1"}]}"""
    )]
    [InlineData(
        "freeze",
        """{"at":"2026-11-21T12:00:00+00:00","by":"per_1m7y8wpwfp6pd6ybs8hq87qb6wkbnnn13hh"}"""
    )]
    public void What_is_put_into_the_configuration_is_what_it_holds_until_it_is_removed(
        string area,
        string value
    )
    {
        var with = s_register.With(area, "x", Make.Json(value));
        Assert.True(JsonElement.DeepEquals(Make.Json(value), with.Value(area, "x")!.Value));
        Assert.Null(with.With(area, "x", null).Value(area, "x"));
    }

    [Fact]
    public void A_call_under_way_is_remembered_until_its_outcome_is_known()
    {
        var forward = new Forward("guard", Make.Noon);
        var under = s_register.With("forward", "x", ConfigJson.ToElement(forward));
        Assert.Equal(forward, under.Forwards["x"]);
        Assert.Empty(under.With("forward", "x", null).Forwards);
    }

    private static Approval After(params Fact[] facts) =>
        facts.Aggregate(s_approved, (a, f) => a.Apply(f, Make.Noon));

    private static IEnumerable<Fact> Facts() => [Issued(s_grant), Used(s_grant), Revoked()];

    private static Fact.GrantIssued Issued(GrantId grant) =>
        new(s_approved.Id, grant, "https://guard.example", Make.Noon.AddMinutes(2), "kid");

    private static Fact.GrantConsumed Used(GrantId grant) => new(s_approved.Id, grant, "guard");

    private static Fact.GrantRevoked Revoked() => new(s_approved.Id, s_grant, s_owner);
}

using System.Collections.Immutable;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>What the pure judgement of each changing command comes to.</summary>
public sealed class JudgementTests
{
    private static readonly PersonId s_ann = PersonId.New(Make.Noon);
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);
    private static readonly PersonId s_carol = PersonId.New(Make.Noon);

    private static readonly DeskOptions s_slackOnly = new() { Slack = true };

    private static readonly Register s_register = Make.Register(
        Make.Linked(s_ann, Make.Slack("ANN"), "ann@acme.example"),
        Make.Linked(s_bob, Make.Slack("BOB"), "bob@acme.example"),
        Make.Linked(s_carol, Make.Slack("CAROL"), "carol@acme.example"),
        Make.OwnedAgent(s_ann, s_ann),
        Make.Group(Register.Admins, s_ann),
        Make.Group("approvers", s_bob)
    );

    [Fact]
    public void A_new_agent_has_its_owners_its_key_and_who_received_it()
    {
        var command = (Command.AgentAdd)MakeCommand.Read("agent add new owner {BOB} actions a.*");
        var set = Set(AgentCommand.Add(s_register, Make.Noon, command, [s_bob], "h", s_ann));
        var agent = Assert.IsType<Agent>(set.After);
        Assert.Equal(("agent", "new", true), (set.Area, set.Name, set.Widens));
        Assert.Equal([s_bob], agent.Owners);
        Assert.Equal(["a.*"], agent.Actions);
        Assert.Equal(
            ("h", s_ann, Make.Noon, false),
            (agent.KeyHash, agent.KeyCreator, agent.KeyCreatedAt, agent.Disabled)
        );
    }

    [Fact]
    public void A_taken_name_is_refused_even_when_the_agent_is_disabled()
    {
        var command = (Command.AgentAdd)MakeCommand.Read("agent add deploy-bot owner {BOB}");
        var register = After(AgentCommand.Disable(s_register, Make.Agent, disabled: true));
        Refused(
            AgentCommand.Add(register, Make.Noon, command, [s_bob], "h", s_ann),
            "agent rotate deploy-bot"
        );
    }

    [Fact]
    public void Rotate_forgets_the_old_key_and_remembers_who_received_the_new()
    {
        var later = Make.Noon.AddHours(1);
        var ruling = AgentCommand.Rotate(s_register, later, Make.Agent, "new", s_bob);
        Assert.True(Set(ruling).Widens);
        var register = After(ruling);
        Assert.Null(register.AgentByKey("hash"));
        var agent = register.AgentByKey("new")!;
        Assert.Equal((s_bob, later), (agent.KeyCreator, agent.KeyCreatedAt));
    }

    [Fact]
    public void Disable_narrows_enable_widens_and_twice_is_nothing()
    {
        var disable = AgentCommand.Disable(s_register, Make.Agent, disabled: true);
        Assert.False(Set(disable).Widens);
        var disabled = After(disable);
        Assert.True(disabled.Agent(Make.Agent)!.Disabled);
        Assert.IsType<ConfigRuling.Same>(
            AgentCommand.Disable(disabled, Make.Agent, disabled: true)
        );
        Assert.True(Set(AgentCommand.Disable(disabled, Make.Agent, disabled: false)).Widens);
        Assert.IsType<ConfigRuling.Same>(
            AgentCommand.Disable(s_register, Make.Agent, disabled: false)
        );
    }

    [Fact]
    public void Another_owner_widens_and_the_same_owners_change_nothing()
    {
        Assert.True(Set(AgentCommand.Owner(s_register, Make.Agent, [s_bob])).Widens);
        Assert.IsType<ConfigRuling.Same>(AgentCommand.Owner(s_register, Make.Agent, [s_ann]));
    }

    [Fact]
    public void An_unknown_agent_is_refused()
    {
        var none = AgentName.Parse("none", null);
        Refused(AgentCommand.Owner(s_register, none, [s_bob]), "no agent called none");
        Refused(AgentCommand.Rotate(s_register, Make.Noon, none, "h", s_ann), "no agent");
        Refused(AgentCommand.Disable(s_register, none, disabled: true), "no agent");
    }

    [Fact]
    public void Adding_to_a_group_remembers_who_widened_it()
    {
        var ruling = Membership.Add(s_register, Make.Noon, "approvers", [s_bob, s_carol], s_ann);
        Assert.True(Set(ruling).Widens);
        var group = After(ruling).Group("approvers")!;
        Assert.Equal([s_bob, s_carol], group.Members);
        var widening = Assert.Single(group.Widenings);
        Assert.Equal(Make.Noon, widening.At);
        Assert.Equal([s_ann], widening.By);
    }

    [Fact]
    public void Whoever_widened_a_group_is_remembered_whatever_others_do_after()
    {
        var register = After(
            Membership.Add(s_register, Make.Noon, "approvers", [s_ann], by: s_carol)
        );
        for (var i = 1; i <= 100; i++)
        {
            var someone = PersonId.New(Make.Noon);
            register = After(
                Membership.Add(register, Make.Noon.AddSeconds(i), "approvers", [someone], s_bob),
                register
            );
        }

        var widened = register.WidenedSince(Policy.Default, Make.Noon);
        Assert.Equal([s_carol, s_bob], widened);
    }

    [Fact]
    public void Adding_who_is_in_already_changes_nothing_and_widens_nothing() =>
        Assert.IsType<ConfigRuling.Same>(
            Membership.Add(s_register, Make.Noon, "approvers", [s_bob], s_ann)
        );

    [Fact]
    public void A_group_begins_with_its_first_member() =>
        Assert.Equal(
            [s_bob],
            After(Membership.Add(s_register, Make.Noon, "sre", [s_bob], s_ann))
                .Group("sre")!
                .Members
        );

    [Fact]
    public void Removing_narrows_and_removing_who_is_not_in_changes_nothing()
    {
        var two = After(Membership.Add(s_register, Make.Noon, "approvers", [s_carol], s_ann));
        var ruling = Membership.Remove(two, "approvers", [s_bob]);
        Assert.False(Set(ruling).Widens);
        Assert.Equal([s_carol], After(ruling, two).Group("approvers")!.Members);
        Assert.IsType<ConfigRuling.Same>(Membership.Remove(two, "approvers", [s_ann]));
        Assert.IsType<ConfigRuling.Same>(Membership.Remove(two, "approvers", []));
    }

    [Fact]
    public void The_last_administrator_cannot_be_removed() =>
        Refused(Membership.Remove(s_register, Register.Admins, [s_ann]), "last administrator");

    [Fact]
    public void The_last_approver_of_a_policy_cannot_be_removed() =>
        Refused(Membership.Remove(s_register, "approvers", [s_bob]), "policy default");

    [Fact]
    public void An_unused_group_can_become_empty()
    {
        var register = After(Membership.Add(s_register, Make.Noon, "sre", [s_bob], s_ann));
        Assert.Empty(
            After(Membership.Remove(register, "sre", [s_bob]), register).Group("sre")!.Members
        );
    }

    [Fact]
    public void Removing_from_a_group_that_is_not_there_is_refused() =>
        Refused(Membership.Remove(s_register, "none", [s_bob]), "no group called none");

    [Fact]
    public void A_route_is_set_once_and_only_for_what_exists()
    {
        var command = (Command.RouteSet)MakeCommand.Read("route set default slack:C01");
        var ruling = RouteCommand.Set(s_register, command, s_slackOnly);
        Assert.True(Set(ruling).Widens);
        Assert.IsType<ConfigRuling.Same>(RouteCommand.Set(After(ruling), command, s_slackOnly));
        Refused(
            RouteCommand.Set(s_register, command with { Policy = "none" }, s_slackOnly),
            "no policy called none"
        );
        var teams = (Command.RouteSet)MakeCommand.Read("route set default slack:C01 teams:19:a@t");
        Refused(RouteCommand.Set(s_register, teams, s_slackOnly), "Teams is not enabled");
    }

    [Fact]
    public void A_route_is_removed_when_there_is_one_also_of_a_policy_that_is_gone()
    {
        var command = new Command.RouteRemove("default");
        Assert.IsType<ConfigRuling.Same>(RouteCommand.Remove(s_register, command));
        var set = (Command.RouteSet)MakeCommand.Read("route set default slack:C01");
        var routed = After(RouteCommand.Set(s_register, set, s_slackOnly));
        Assert.Equal("C01", Routing.For(Policy.Default, routed, s_slackOnly)[0].Conversation);
        var ruling = RouteCommand.Remove(routed, command);
        Assert.True(Set(ruling).Widens);
        Assert.Empty(After(ruling, routed).Routes);
        Refused(RouteCommand.Remove(s_register, new Command.RouteRemove("none")), "no policy");
        var left = Make.Register(Make.Changed("route", "gone", new Route("gone", [])));
        Assert.IsType<ConfigRuling.Set>(RouteCommand.Remove(left, new Command.RouteRemove("gone")));
    }

    [Fact]
    public void An_auditors_key_works_while_they_are_auditor_and_until_it_is_revoked()
    {
        var keyed = After(AuditorCommand.SetKey(Make.Noon, s_bob, "h"));
        Assert.Null(keyed.AuditorByKey("h"));
        var auditor = After(
            Membership.Add(keyed, Make.Noon, Register.Auditors, [s_bob], s_ann),
            keyed
        );
        Assert.Equal(s_bob, auditor.AuditorByKey("h"));
        Assert.Null(auditor.AuditorByKey("other"));
        var renewed = After(AuditorCommand.SetKey(Make.Noon, s_bob, "h2"), auditor);
        Assert.Null(renewed.AuditorByKey("h"));
        var revoked = After(AuditorCommand.RevokeKey(renewed, s_bob), renewed);
        Assert.Null(revoked.AuditorByKey("h2"));
        Assert.IsType<ConfigRuling.Same>(AuditorCommand.RevokeKey(revoked, s_bob));
        var former = After(Membership.Remove(renewed, Register.Auditors, [s_bob]), renewed);
        Assert.Null(former.AuditorByKey("h2"));
    }

    private static ConfigRuling.Set Set(ConfigRuling ruling) =>
        Assert.IsType<ConfigRuling.Set>(ruling);

    private static void Refused(ConfigRuling ruling, string why) =>
        Assert.Contains(
            why,
            Assert.IsType<ConfigRuling.Refused>(ruling).Text,
            StringComparison.Ordinal
        );

    private static Register After(ConfigRuling ruling, Register? before = null)
    {
        var set = Set(ruling);
        return (before ?? s_register).Apply(Make.Changed(set.Area, set.Name, set.After), Make.Noon);
    }
}

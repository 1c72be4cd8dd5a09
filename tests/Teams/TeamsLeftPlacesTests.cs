using ChatApprovals.Playground;
using ChatApprovals.Teams;
using Member = ChatApprovals.Approvals.Member;

namespace ChatApprovals.Tests.Teams;

/// <summary>Who somebody is, is asked where the bot still is.</summary>
public sealed class TeamsLeftPlacesTests : TeamsBench
{
    [Fact]
    public async Task A_place_that_does_not_let_the_bot_in_any_more_is_not_the_last_that_is_asked()
    {
        await Teams.Install(Carol, Teams.Personal(Carol).Id, Cancel);
        await Teams.Write(Carol, Acme.TeamsChannel, "@ChatApprovals help", Cancel);
        await IdleAsync();
        Teams.Faults.Next("members.get", new Fault.HttpError(403));
        Assert.Null((await LookUpAsync(People.Carol)).Obstacle);
    }

    [Fact]
    public async Task Nobody_is_asked_about_where_the_bot_was_removed()
    {
        await Teams.Install(Carol, Acme.TeamsChannel, Cancel);
        await Teams.Install(Carol, Teams.Personal(Carol).Id, Cancel);
        await Teams.Write(Carol, Teams.Personal(Carol).Id, "help", Cancel);
        await IdleAsync();
        await Teams.Uninstall(Carol, Teams.Personal(Carol).Id, Cancel);
        Teams.Personal(Carol).Leave(Carol);
        Assert.Null((await LookUpAsync(People.Carol)).Obstacle);
    }

    private Task<Member> LookUpAsync(Person person) =>
        Get<TeamsSurface>().LookUpAsync(AccountOf(person), Cancel);
}

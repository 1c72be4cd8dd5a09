using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Teams;

namespace ChatApprovals.Tests.Teams;

/// <summary>Every flag of an account: present, missing, contradictory.</summary>
public sealed class TeamsMemberTests
{
    private static readonly AccountId s_asked = AccountId.Teams("ten", "aad-1");

    [Fact]
    public void A_user_of_the_tenant_is_a_member_with_both_addresses()
    {
        var member = Read(_ => { });
        Assert.Null(member.Obstacle);
        Assert.Equal("Carol Diaz", member.Name);
        Assert.Equal(["carol@acme.example", "cdiaz@acme.example"], member.Emails);
    }

    [Theory]
    [InlineData("userRole", "guest", MemberObstacle.Guest)]
    [InlineData("userRole", "anonymous", MemberObstacle.Guest)]
    [InlineData("userRole", "owner", MemberObstacle.Unknown)]
    [InlineData("userType", "Guest", MemberObstacle.Guest)]
    [InlineData("userType", "robot", MemberObstacle.Unknown)]
    [InlineData("tenantId", "other", MemberObstacle.Stranger)]
    [InlineData("tenantId", null, MemberObstacle.Unknown)]
    [InlineData("aadObjectId", null, MemberObstacle.Unknown)]
    [InlineData("aadObjectId", "aad-2", MemberObstacle.Unknown)]
    [InlineData("userPrincipalName", "c_p.example#EXT#@acme.example", MemberObstacle.Guest)]
    [InlineData("userPrincipalName", "c_p.example#ext#@acme.example", MemberObstacle.Guest)]
    [InlineData("email", "c_p.example#EXT#@acme.example", MemberObstacle.Guest)]
    [InlineData("id", "28:bot", MemberObstacle.NotHuman)]
    public void Anything_that_is_not_said_or_says_otherwise_is_in_the_way(
        string name,
        string? value,
        MemberObstacle expected
    ) => Assert.Equal(expected, Read(m => Put(m, name, value)).Obstacle);

    [Fact]
    public void Where_no_role_is_said_the_sign_in_name_must_tell_that_it_is_no_guest()
    {
        Assert.Null(Read(m => m.Remove("userRole")).Obstacle);
        Assert.Equal(
            MemberObstacle.Unknown,
            Read(m =>
            {
                m.Remove("userRole");
                m.Remove("userPrincipalName");
            }).Obstacle
        );
    }

    [Fact]
    public void A_guest_of_another_tenant_is_a_stranger_first() =>
        Assert.Equal(
            MemberObstacle.Stranger,
            Read(m =>
            {
                m["tenantId"] = "other";
                m["userRole"] = "guest";
            }).Obstacle
        );

    [Fact]
    public void The_older_name_of_the_object_id_is_read_too() =>
        Assert.Null(
            Read(m =>
            {
                m.Remove("aadObjectId");
                m["objectId"] = "AAD-1";
            }).Obstacle
        );

    [Fact]
    public void A_member_without_addresses_has_none() =>
        Assert.Empty(
            Read(m =>
            {
                m.Remove("email");
                m["userPrincipalName"] = "carol";
            }).Emails
        );

    private static void Put(JsonObject member, string name, string? value)
    {
        member.Remove(name);
        if (value is not null)
        {
            member[name] = value;
        }
    }

    private static Member Read(Action<JsonObject> change)
    {
        var member = new JsonObject
        {
            ["id"] = "29:x",
            ["name"] = "Carol Diaz",
            ["aadObjectId"] = "aad-1",
            ["email"] = "carol@acme.example",
            ["userPrincipalName"] = "cdiaz@acme.example",
            ["tenantId"] = "ten",
            ["userRole"] = "user",
        };
        change(member);
        return TeamsMember.Read(JsonSerializer.SerializeToElement(member), s_asked);
    }
}

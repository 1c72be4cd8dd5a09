namespace ChatApprovals.Playground.Teams;

/// <summary>An account as the Bot Connector tells it. <c>Mri</c> is the bot's own id of the account, <c>29:…</c>.</summary>
public sealed record TeamsMember(string Aad, string Mri, string Name, string Email)
{
    /// <summary>The account's own tenant: another one than the channel's for people from outside.</summary>
    public string TenantId { get; init; } = People.Tenant;
    public bool IsGuest { get; init; }

    /// <summary>Guests sign in as <c>name_their.host#EXT#@tenant</c>.</summary>
    public string PrincipalName =>
        IsGuest ? Email.Replace('@', '_') + "#EXT#@acme.onmicrosoft.example" : Email;

    internal static TeamsMember Of(Person person) =>
        new(person.Teams!, person.Mri!, person.Name, person.Email) { IsGuest = person.Guest };

    /// <summary>As a member; the plain member list says <c>objectId</c> as well.</summary>
    internal object Shown(bool asList) =>
        new
        {
            id = Mri,
            objectId = asList ? Aad : null,
            aadObjectId = Aad,
            name = Name,
            givenName = Name.Split(' ')[0],
            surname = Name.Split(' ')[^1],
            email = Email,
            userPrincipalName = PrincipalName,
            tenantId = TenantId,
            userRole = IsGuest ? "guest" : "user",
        };
}

namespace ChatApprovals.Approvals;

/// <summary>
/// Somebody as their OpenID Connect issuer says: <see cref="Account"/> (issuer and subject), and the address
/// that the issuer verified, if any. The address excludes and counts once, never more.
/// </summary>
public sealed record SignIn(AccountId Account, string? Email)
{
    /// <summary>
    /// What is known of the sign-in now. An issuer says who somebody is, not whether they are a live, full,
    /// human member of the enrolled workspace or tenant: for that their chat accounts vouch, every one of them.
    /// One that is a guest's, deactivated or unknown to its platform is in the way; so is one that was not
    /// asked about (it was linked a moment ago). Without any there is nobody to vouch:
    /// <see cref="MemberObstacle.NotLinked"/>.
    /// </summary>
    /// <param name="person">Whose the sign-in is, as the register has it now; null: nobody's.</param>
    /// <param name="vouching">What the platforms say now of the person's chat accounts.</param>
    /// <param name="isAsked">Which platforms can be asked: accounts of others count neither way.</param>
    public Member MemberOf(
        Person? person,
        IReadOnlyList<Member> vouching,
        Func<Surface, bool> isAsked
    )
    {
        var said = VouchingAccounts(person, isAsked)
            .Select(a => vouching.FirstOrDefault(m => m.Account == a.Id) ?? Unasked(a))
            .ToList();
        var name = said.Count > 0 ? said[0].Name : Account.User;
        return new Member(Account, name, Email is null ? [] : [Email])
        {
            Obstacle =
                said.Count == 0
                    ? MemberObstacle.NotLinked
                    : said.Select(m => m.Obstacle).FirstOrDefault(o => o is not null),
        };
    }

    /// <summary>The accounts that are asked about.</summary>
    public static IEnumerable<Account> VouchingAccounts(
        Person? person,
        Func<Surface, bool> isAsked
    ) => person?.Accounts.Where(a => a.Id.Surface != Surface.Api && isAsked(a.Id.Surface)) ?? [];

    /// <summary>
    /// The person with what the issuer says of the address. A sign-in without one takes none away that is
    /// known.
    /// </summary>
    public Person Told(Person person) =>
        person.Account(Account) is { } account && Email is not null
            ? person with
            {
                Accounts = person.Accounts.Replace(account, account with { Emails = [Email] }),
            }
            : person;

    private static Member Unasked(Account account) =>
        new(account.Id, account.Name, account.Emails) { Obstacle = MemberObstacle.Unknown };
}

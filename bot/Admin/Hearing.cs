using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>
/// One command being answered: who asks (a live member, enrolled), the register as it is now, and the
/// time. What changes something is judged again inside its commit.
/// </summary>
internal sealed record Hearing(Asker Asker, Person Person, Register Register, DateTimeOffset Now)
{
    /// <summary>The asker's own id: what they do is remembered by it, whatever is linked or parted later.</summary>
    public PersonId Self => Person.Account(Asker.Account)?.Self ?? Person.Id;

    public bool IsAdmin => Register.HasRole(Register.Admins, Asker.Account, Now);

    public bool IsAuditor => Register.HasRole(Register.Auditors, Asker.Account, Now);

    public bool IsApprover => Delegating.IsApprover(Register, Person, Asker.Account, Now);

    public bool May(Access access) =>
        access switch
        {
            Access.Anyone => true,
            Access.Approvers => IsApprover,
            Access.Readers => IsAdmin || IsAuditor,
            Access.Auditors => IsAuditor,
            _ => IsAdmin,
        };

    public static string Wants(Access access) =>
        access switch
        {
            Access.Approvers => "people in a group that a policy names",
            Access.Readers => "administrators and auditors",
            Access.Auditors => "auditors",
            _ => "administrators",
        };
}

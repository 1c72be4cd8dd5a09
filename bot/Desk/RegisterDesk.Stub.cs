using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

public sealed partial class RegisterDesk
{
    public partial Task<Person> EnrolAsync(Member member, string how, CancellationToken cancel) =>
        throw new NotSupportedException();

    public partial Task<ConfigRuling> ChangeAsync(
        PersonId? by,
        Func<Register, DateTimeOffset, ConfigRuling> decide,
        CancellationToken cancel
    ) => throw new NotSupportedException();

    public partial Register Current => throw new NotSupportedException();
}

using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

public sealed partial class CommandDesk
{
    public partial Task<Reply> RunAsync(
        ImmutableArray<CommandPart> text,
        Asker asker,
        CancellationToken cancel
    ) => throw new NotSupportedException();
}

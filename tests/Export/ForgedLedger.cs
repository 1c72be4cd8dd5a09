using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Grants;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>Ann and Bob administer, Bob and Carol may approve, Erin owns the agent: a ledger to forge.</summary>
public abstract class ForgedLedger : IAsyncLifetime
{
    protected HandClock Clock { get; } = new(Make.Noon);

    protected TestDesk Desk { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Desk = await KeyDesks.OpenAsync(Clock);

    public async ValueTask DisposeAsync()
    {
        await Desk.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task SaysAsync(string sentence, Forger? forger = null) =>
        await (forger ?? new Forger(Desk)).SaysAsync(sentence);

    protected string Ann => Desk.Register.Current.PersonOf(Make.Slack("ANN"))!.Id.ToString();

    /// <summary>Asked, approved by Bob, granted, used.</summary>
    protected async Task RunAsync()
    {
        var name = AgentName.Parse("g", provider: null);
        var guard = new KnownGuard(
            name,
            TestDesk.GrantKeys.Issuer,
            PersonId.Parse(Ann, null),
            Make.Noon
        )
        {
            KeyHash = "guard-key",
        };
        await ExportDesk.RecordAsync(Desk, Make.Changed("guard", "g", guard));
        var request = await Desk.OpenOneAsync("CHG-run");
        await Desk.ClickAsync(request, "BOB");
        var issued = Assert.IsType<Issued.Granted>(
            await Desk.Grants.IssueAsync(
                Make.Agent,
                request.Id,
                new KeyProof.None(),
                TestDesk.Cancel
            )
        );
        var asked = request.Opening.Request;
        Assert.IsType<Consumption.Consumed>(
            await Desk.Grants.ConsumeAsync(
                "guard-key",
                Desk.Grants.Open(issued.Token),
                new AboutToRun(asked.Action, asked.Resource, asked.Context),
                new KeyProof.None(),
                TestDesk.Cancel
            )
        );
    }
}

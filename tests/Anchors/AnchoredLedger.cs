using System.Security.Cryptography.X509Certificates;
using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Anchors;

/// <summary>A small company's ledger with one of each anchor: a real witness, authority and directory, and a played channel.</summary>
internal sealed class AnchoredLedger : IAsyncDisposable
{
    private readonly Outbound _outbound = new();

    private AnchoredLedger(SmallWitness witness, TimeStampServer authority, AnchorBench? bench) =>
        (Witness, Authority, Bench) = (witness, authority, bench!);

    public SmallWitness Witness { get; }
    public TimeStampServer Authority { get; }
    public AnchorBench Bench { get; private set; }
    public TestDesk Desk => Bench.Desk;
    public string Directory { get; } =
        System.IO.Directory.CreateTempSubdirectory("anchor-").FullName;

    public X509Certificate2Collection Roots
    {
        get
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(Authority.Root);
            return roots;
        }
    }

    public static async Task<AnchoredLedger> StartAsync(CancellationToken cancel)
    {
        var ledger = new AnchoredLedger(
            await SmallWitness.StartAsync(cancel),
            await TimeStampServer.StartAsync("timeStamping", cancel),
            bench: null
        );
        var desk = await ExportDesk.OpenAsync(new HandClock(Make.Noon));
        ledger.Bench = await AnchorBench.StartOnAsync(desk, ledger.Anchors(desk));
        await ledger.HaveNewestAsync();
        return ledger;
    }

    /// <summary>All of them are given the newest checkpoint.</summary>
    public async Task AnchorAsync()
    {
        Bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await Desk.Committer.CommitAsync(
            commit =>
            {
                Bench.Anchors.Hasten(commit);
                return true;
            },
            TestDesk.Cancel
        );
        await HaveNewestAsync();
    }

    public async Task HaveNewestAsync()
    {
        foreach (var state in Bench.Anchors.States())
        {
            await Bench.HasNewestAsync(state.Anchor);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
        await Witness.DisposeAsync();
        await Authority.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private IAnchor[] Anchors(TestDesk desk)
    {
        var witnessed = new AnchorDesk(desk.Committer, desk.Store, [], desk.Clock);
        return
        [
            new ChannelAnchor(new Destination(Surface.Slack, "C7"), desk.Wall, desk.Clock),
            new DirectoryAnchor(Directory, () => [TestDesk.Vkey], desk.Store.Hashes),
            new TimestampAnchor(Authority.Url, Roots, _outbound),
            new WitnessAnchor(
                Witness.Url,
                Witness.Key,
                desk.Store.Hashes,
                () => witnessed.SizeOf(WitnessAnchor.Kind),
                _outbound
            ),
        ];
    }
}

using ChatApprovals.Anchors;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals;

/// <summary>The anchors that the settings name, in their order.</summary>
internal static class AnchorList
{
    public static IReadOnlyList<IAnchor> Of(AnchorOptions options, IServiceProvider all)
    {
        var outbound = all.GetRequiredService<Outbound>();
        var clock = all.GetRequiredService<TimeProvider>();
        List<IAnchor> anchors = [];
        foreach (var channel in options.Channels)
        {
            var surface = all.GetServices<ISurface>().First(s => s.Kind == channel.Surface);
            anchors.Add(new ChannelAnchor(channel, surface, clock));
        }

        if (options.Directory is { } directory)
        {
            var keys = all.GetRequiredService<PublicKeys>();
            var store = all.GetRequiredService<IStore>();
            anchors.Add(new DirectoryAnchor(directory, () => keys.Notes, store.Hashes));
        }

        if (options.TimestampAuthority is { } authority)
        {
            anchors.Add(new TimestampAnchor(authority, options.TimestampRoots, outbound));
        }

        if (options is { Witness: { } witness, WitnessKey: { } trusted })
        {
            var desk = all.GetRequiredService<AnchorDesk>();
            anchors.Add(
                new WitnessAnchor(
                    witness,
                    trusted,
                    all.GetRequiredService<IStore>().Hashes,
                    () => desk.SizeOf(WitnessAnchor.Kind),
                    outbound
                )
            );
        }

        return anchors;
    }
}

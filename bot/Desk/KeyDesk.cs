using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>Replaces signing keys. Same shape and the same promise as <see cref="RegisterDesk"/>.</summary>
public sealed class KeyDesk(
    Committer committer,
    IStore store,
    KeyCabinet cabinet,
    DeskOptions options
)
{
    /// <summary>
    /// A new key for a purpose: another administrator must confirm it, where there is one
    /// (<see cref="ConfigRuling.Proposed"/>); else it is in use, and <c>unreviewed</c>, when this returns.
    /// </summary>
    /// <param name="purpose">One of <see cref="KeyCabinet.Purposes"/>.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="absent">Administrators for whom nobody waits.</param>
    /// <param name="isAllowed">Whether they may, judged by the register inside the commit.</param>
    /// <param name="cancel">Gives up waiting; what was committed stays.</param>
    /// <exception cref="IOException">No new key can be stored.</exception>
    public async Task<ConfigRuling> RotateAsync(
        string purpose,
        PersonId by,
        ImmutableHashSet<PersonId> absent,
        Func<Register, bool> isAllowed,
        CancellationToken cancel
    )
    {
        // No key is made for a wish that waits.
        var ruling = await CommitAsync(null);
        return ruling
            ?? await CommitAsync(cabinet.Prepare(purpose, store))
            ?? new ConfigRuling.Same();

        Task<ConfigRuling?> CommitAsync(Rotation? rotation) =>
            committer.CommitAsync<ConfigRuling?>(
                commit =>
                {
                    if (!isAllowed(commit.Register))
                    {
                        return new ConfigRuling.Refused("This is for administrators only.");
                    }

                    var wish = Rotating.Wish(purpose, cabinet.KidOf(purpose));
                    return Proposing.Open(commit, wish, by, absent, options) is { } waits ? waits
                        : rotation is null ? null
                        : Apply(commit, wish, rotation, by);
                },
                cancel
            );
    }

    public PublicKeys Public => cabinet.Public;

    /// <summary>The thumbprint of the key in use.</summary>
    public string KidOf(string purpose) => cabinet.KidOf(purpose);

    private static ConfigRuling Apply(
        Commit commit,
        ConfigRuling.Set wish,
        Rotation rotation,
        PersonId by
    )
    {
        var (facts, no) = Rotating.Facts(commit, wish.Name, rotation, by, confirmed: null);
        foreach (var fact in facts)
        {
            commit.Record(fact);
        }

        return no is null ? wish : new ConfigRuling.Refused(no);
    }
}

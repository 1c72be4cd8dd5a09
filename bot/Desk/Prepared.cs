using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// What a click that confirms a change of the configuration may need, made before its commit because it takes
/// long or must not be made twice.
/// </summary>
/// <param name="Key">A key, where one is to be made.</param>
/// <param name="Scan">Where somebody stands in the ledger, who is to be erased.</param>
/// <param name="Rotation">A key that is to take another's place.</param>
internal sealed record Prepared(ApiKey? Key, PersonScan? Scan, Rotation? Rotation)
{
    public static Prepared For(
        Approval found,
        Verdict verdict,
        IStore store,
        Register register,
        KeyCabinet keys
    ) =>
        found is { IsPending: true, Change: { } change } && verdict == Verdict.Approved
            ? For(change, store, register, keys)
            : new Prepared(null, null, null);

    private static Prepared For(
        ProposedChange change,
        IStore store,
        Register register,
        KeyCabinet keys
    ) =>
        new(
            change.NewKey is { } kind ? ApiKey.New(kind) : null,
            change is { Area: Erasing.Area }
            && PersonId.TryParse(change.Name, provider: null, out var id)
            && register.Person(id) is { } person
                ? new PersonScan(person).Look(store.Naming, store.Head()?.Size ?? 0)
                : null,
            change.Area is Rotating.Area ? keys.Prepare(change.Name, store) : null
        );
}

namespace ChatApprovals.Tests.Faults;

/// <summary>An answer that somebody was given: exactly one such entry must be in the ledger from then on.</summary>
/// <param name="Kind">Of the entry.</param>
/// <param name="Txn">Of the entry.</param>
/// <param name="After">How much was written to the disk when the answer came.</param>
internal sealed record Acknowledged(string Kind, string Txn, int After);

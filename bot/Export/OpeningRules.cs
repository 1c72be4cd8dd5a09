using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// Whether a <c>request.created</c> and what is kept beside it say the same, and whether the hashes in both are those of what
/// was asked and of the rule.
/// </summary>
internal static class OpeningRules
{
    /// <summary>What is wrong, for a sentence that begins with the entry; or null.</summary>
    public static string? WhyNot(StoredEntry entry, JsonElement members, Opening opening)
    {
        var request = opening.Request;
        var bound = Binding.Hash(
            opening.Agent,
            request.Action,
            request.Resource,
            request.Context,
            opening.Salt
        );
        return !string.Equals(bound, opening.BindingHash, StringComparison.Ordinal)
                ? "has a binding_hash that is not that of what was asked"
            : Other(members, Said(entry, opening)) is { } name
                ? $"says another {name} than what is kept beside it"
            : null;
    }

    /// <summary>The entry as it would be written of this opening.</summary>
    private static JsonElement Said(StoredEntry entry, Opening opening) =>
        JsonElement.Parse(
            Entry.Write(
                entry.Seq,
                entry.At,
                entry.Kind,
                entry.Txn,
                writer =>
                    LedgerMembers.Write(
                        writer,
                        new Fact.RequestCreated(default, opening),
                        inlineConfig: false
                    )
            )
        );

    /// <summary>A member that is not the same in both, or in one alone; null: there is none.</summary>
    private static string? Other(JsonElement members, JsonElement said) =>
        said.EnumerateObject()
            .Where(m =>
                !members.TryGetProperty(m.Name, out var is_)
                || !JsonElement.DeepEquals(is_, m.Value)
            )
            .Select(m => m.Name)
            .FirstOrDefault()
        ?? members
            .EnumerateObject()
            .Select(m => m.Name)
            .FirstOrDefault(n => n is not "content" && !said.TryGetProperty(n, out _));
}

using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>Keys that came into the place of others.</content>
internal static partial class LedgerMembers
{
    private static bool WriteRotated(Utf8JsonWriter w, Fact fact)
    {
        if (fact is not Fact.KeyRotated f)
        {
            return false;
        }

        w.WriteString("purpose", f.Purpose);
        w.WriteString("previous", f.Previous);
        if (f.Purpose is KeyChain.Ledger or KeyChain.Ed25519)
        {
            w.WriteString("vkey", f.Public);
        }
        else
        {
            w.WritePropertyName("jwk");
            JsonElement.Parse(f.Public).WriteTo(w);
        }

        w.WriteString("proof", f.Proof);
        w.WriteString("by", f.By.ToString());
        w.WriteString("review", f.Review);
        WriteOptional(w, "confirmed_by", f.ConfirmedBy?.ToString());
        WriteOptional(w, "change", f.Change?.ToString());
        WriteWithout(w, f.Without);
        return true;
    }
}

using System.Text;
using ChatApprovals.Desk;

namespace ChatApprovals.Tests.Support;

/// <summary>What is kept beside the ledger and made from it, as one text: two of them are the same or not.</summary>
internal static class Projections
{
    public static string Of(IStore store)
    {
        var text = new StringBuilder();
        foreach (var d in store.Documents())
        {
            text.AppendLine($"{d.Area} {d.Name} {Encoding.UTF8.GetString(d.Body!)}");
        }

        var all = new RequestQuery(null, null, null, 1_000, OldestFirst: true);
        foreach (var row in store.Requests(all))
        {
            text.AppendLine(
                row with
                {
                    State = [],
                    Opening = null,
                    OpeningLeft = null,
                } + Encoding.UTF8.GetString(row.State)
            );
        }

        return text.ToString();
    }
}

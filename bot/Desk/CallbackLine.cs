using System.Buffers.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>
/// One change that an agent is owed a callback for. Written in the commit that makes the change, removed when
/// it was delivered; given up, it stays to be looked at and tried again.
/// </summary>
/// <param name="Id">The entry's id: the same at every attempt, so that a receiver knows a repeat.</param>
/// <param name="Agent">Who is told.</param>
/// <param name="Request">What changed.</param>
/// <param name="Type">The entry's kind: <c>request.approved</c>, <c>question.asked</c>, …</param>
/// <param name="At">When it changed.</param>
public sealed record CallbackLine(
    string Id,
    AgentName Agent,
    RequestId Request,
    string Type,
    DateTimeOffset At
)
{
    private const int IdBytes = 16;

    /// <summary>When it is sent next; null: given up.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Attempts that failed.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>What a fact owes its agent, or null: a request ended, or somebody asks.</summary>
    internal static CallbackLine? Of(Fact fact, StoredEntry entry, Commit commit)
    {
        var id = fact switch
        {
            Fact.RequestEnded f => f.Id,
            Fact.QuestionAsked f => f.Id,
            _ => (RequestId?)null,
        };
        return
            id is { } request
            && commit.Find(request)?.Opening.Agent is { } agent
            && commit.Register.Callback(agent) is { Gone: false }
            ? new CallbackLine(IdOf(entry), agent, request, entry.Kind, entry.At)
            {
                DueAt = entry.At,
            }
            : null;
    }

    private static string IdOf(StoredEntry entry) =>
        "evt_" + Base64Url.EncodeToString(MerkleTree.LeafHash(entry.Bytes).AsSpan(0, IdBytes));
}

using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Writes what facts mean into the projections: the same code live and when everything is rebuilt from
/// the ledger, so that the two cannot differ.
/// </summary>
internal static class Projection
{
    /// <summary>
    /// What a fact adds: a request's row, or the document of the register that it touches. What it
    /// changes in a request is written once per commit, after the last fact.
    /// </summary>
    public static void Put(
        IStoreTransaction store,
        Register after,
        Fact fact,
        long seq,
        DateTimeOffset at
    )
    {
        switch (fact)
        {
            case Fact.RequestCreated f:
                store.InsertRequest(Row(new Approval(f.Id, at, f.Opening), seq));
                break;
            case Fact.PersonLinked f:
                Put(store, after, f.Person);
                Put(store, after, f.From ?? f.Person);
                break;
            case Fact.PersonUnlinked f:
                Put(store, after, f.Person);
                Put(store, after, f.Into);
                break;
            case Fact.PersonErased f:
                foreach (var person in f.Accounts.Select(a => after.PersonOf(a)!.Id).Distinct())
                {
                    Put(store, after, person);
                }

                break;
            case Fact.ConfigChanged f:
                var value = f.After is { } v ? JsonSerializer.SerializeToUtf8Bytes(v) : null;
                store.PutDocument(new StoredDocument(f.Area, f.Name, value));
                break;
            case Fact.GrantConsumed { Forwarded: true } f:
                var sent = after.Forwards[f.Id.ToString()];
                store.PutDocument(Forward(f.Id, Configuration.ToElement(sent)));
                break;
            case Fact.ExecutionReported { Guard: not null } f:
                store.PutDocument(Forward(f.Id, sent: null));
                break;
            default:
                break;
        }
    }

    private static StoredDocument Forward(RequestId id, JsonElement? sent) =>
        new(
            "forward",
            id.ToString(),
            sent is { } s ? JsonSerializer.SerializeToUtf8Bytes(s) : null
        );

    private static void Put(IStoreTransaction store, Register after, PersonId id)
    {
        var person = after.People.GetValueOrDefault(id) is { } known
            ? DeskJson.Write(known, DeskJson.Default.Person)
            : null;
        store.PutDocument(new StoredDocument("person", id.ToString(), person));
    }

    public static StoredRequest Row(Approval approval, long openingSeq) =>
        new(
            approval.Id,
            approval.Opening.Agent,
            approval.Status,
            approval.CreatedAt,
            approval.Opening.ExpiresAt,
            approval.Opening.BodyHash,
            approval.Opening.IdempotencyHash,
            openingSeq,
            RequestState.Write(approval)
        )
        {
            Code = approval.Opening.Code,
        };

    /// <summary>The register from its documents.</summary>
    public static Register Load(IEnumerable<StoredDocument> documents)
    {
        var register = Register.Empty;
        foreach (var document in documents)
        {
            register = document.Area switch
            {
                "person" => register.With(
                    JsonSerializer.Deserialize(document.Body, DeskJson.Default.Person)!
                ),
                _ => register.With(
                    document.Area,
                    document.Name,
                    JsonSerializer.Deserialize<JsonElement>(document.Body)
                ),
            };
        }

        return register;
    }
}

using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Grants;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Guard;

/// <summary>
/// <c>POST /v1/grants/consume</c> <c>{"token", "action", "resource", "context"?, "dpop"?}</c>: what is about to
/// run, as the guard sees it; with a grant that is bound to the agent's key, <c>dpop</c> <c>{"proof", "htm",
/// "htu"}</c> has the proof that the agent sent to the guard, and the method and address of that call. 200 is answered once for a grant, when it is durable; the guard runs the action then
/// and only then.
/// </summary>
internal sealed class Consuming(
    GrantDesk grants,
    KeyProofs proofs,
    RegisterDesk registers,
    GrantLimits limits
)
{
    /// <summary>Own limit: what an agent may send (256 KiB), and the longest token beside it.</summary>
    private const int BodyMax = 512 * 1024;

    public async Task<Problem?> ConsumeAsync(HttpContext http, CancellationToken cancel)
    {
        if (Bearer.Of(http.Request) is not { } sent)
        {
            return GuardProblems.Unauthenticated;
        }

        if (
            Bearer.Key(sent, ApiKeyKind.Guard) is not { } key
            || registers.Current.GuardByKey(key.Hash) is not { } guard
        )
        {
            return GuardProblems.UnknownKey;
        }

        return await JsonBody.FromAsync(http.Request, BodyMax, cancel) switch
        {
            JsonBody.Read read => await ConsumeAsync(http, guard, read.Value, cancel),
            JsonBody.Refused refused => refused.Problem,
            _ => Problems.NoBody,
        };
    }

    private async Task<Problem?> ConsumeAsync(
        HttpContext http,
        KnownGuard guard,
        JsonElement said,
        CancellationToken cancel
    )
    {
        var errors = new InputErrors();
        var fields = Fields.Open(
            said,
            "",
            errors,
            "token",
            "action",
            "resource",
            "context",
            "dpop"
        );
        fields.Required("token");
        var token = fields.Text("token") ?? "";
        var what = new AboutToRun(
            BoundReader.Action(fields, errors),
            BoundReader.Resource(fields, errors),
            fields.Object("context")
        );
        var dpop = Dpop(fields, errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors.All());
        }

        var grant = grants.Open(token);
        if (grant is null && limits.ChargeForNone(guard.Name) is { } retryAfter)
        {
            return GuardProblems.TooMany(retryAfter);
        }

        // Of what is no token of ours no proof is looked at either.
        using var proof =
            dpop is var (text, method, address) && grant is not null
                ? proofs.OfGuard(text, method, address, token)
                : KeyProofs.None();
        var consumption = await grants.ConsumeAsync(
            guard.KeyHash!,
            grant,
            what,
            proof.Proof,
            cancel
        );
        if (consumption is Consumption.Consumed)
        {
            proof.Keep();
        }

        return await AnswerAsync(http, consumption, cancel);
    }

    private static (string Proof, string Method, string Address)? Dpop(
        Fields fields,
        InputErrors errors
    )
    {
        if (fields.Value("dpop") is not { } value)
        {
            return null;
        }

        var dpop = Fields.Open(value, fields.PointerOf("dpop"), errors, "proof", "htm", "htu");
        return (dpop.RequiredText("proof"), dpop.RequiredText("htm"), dpop.RequiredText("htu"));
    }

    private static async Task<Problem?> AnswerAsync(
        HttpContext http,
        Consumption consumption,
        CancellationToken cancel
    )
    {
        switch (consumption)
        {
            case Consumption.Consumed(var request):
                await Answer.JsonAsync(
                    http,
                    StatusCodes.Status200OK,
                    json =>
                    {
                        json.WriteStartObject();
                        json.WriteString("status", "consumed");
                        json.WriteString("request", request.ToString());
                        json.WriteEndObject();
                    },
                    cancel
                );
                return null;
            case Consumption.Refused(var why) refused:
                return GuardProblems.Of(why, refused.Detail);
            default:
                return GuardProblems.UnknownKey;
        }
    }
}

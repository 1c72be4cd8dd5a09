using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Guard;

/// <summary>
/// <c>POST /v1/grants/consume</c> <c>{"token", "action", "resource", "context"?}</c>: what is about to run, as
/// the guard sees it. 200 is answered once for a grant, when it is durable; the guard runs the action then
/// and only then.
/// </summary>
internal sealed class Consuming(GrantDesk grants, RegisterDesk registers)
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
            || registers.Current.GuardByKey(key.Hash) is null
        )
        {
            return GuardProblems.UnknownKey;
        }

        var body = await JsonBody.FromAsync(http.Request, BodyMax, cancel);
        if (body is not JsonBody.Read read)
        {
            return body is JsonBody.Refused refused ? refused.Problem : Problems.NoBody;
        }

        var errors = new InputErrors();
        var fields = Fields.Open(read.Value, "", errors, "token", "action", "resource", "context");
        fields.Required("token");
        var token = fields.Text("token") ?? "";
        var what = new AboutToRun(
            BoundReader.Action(fields, errors),
            BoundReader.Resource(fields, errors),
            fields.Object("context")
        );
        return errors.Any
            ? Problems.Invalid(errors.All())
            : await AnswerAsync(
                http,
                await grants.ConsumeAsync(key.Hash, token, what, cancel),
                cancel
            );
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
            case Consumption.Refused(var why):
                return GuardProblems.Of(why);
            default:
                return GuardProblems.UnknownKey;
        }
    }
}

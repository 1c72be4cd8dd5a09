using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Api;

/// <summary>
/// <c>GET /v1/reviews/{id}</c>: what the card shows. <c>POST /v1/requests/{id}/decisions</c>
/// <c>{"verdict", "reason"?, "display_hash"}</c>: one person's yes or no to what they read. Both answer 200 with
/// the review as it is then.
/// </summary>
internal sealed class Reviews(ApprovalDesk desk)
{
    /// <summary>Own limit: room for the longest reason, however it is escaped.</summary>
    private const int BodyMax = 64 * 1024;

    /// <summary>As in chat: what a Slack input takes.</summary>
    private const int ReasonMax = 3_000;

    /// <summary>base64url of 32 bytes; anything longer is none.</summary>
    private const int HashMax = 64;

    public async Task<Problem?> ReadAsync(
        HttpContext http,
        SigningIn.As caller,
        CancellationToken cancel
    )
    {
        // An id that is none is nobody's request: whether somebody may look at all is said first.
        var id = IdOf(http) ?? default;
        switch (await desk.ReviewAsync(id, caller.Who, cancel))
        {
            case ReviewAnswer.Shown(var review):
                await Answer.JsonAsync(http, StatusCodes.Status200OK, review.Write, cancel);
                return null;
            case ReviewAnswer.Refused(var why, var text):
                return ApiProblems.Forbidden(why, text);
            default:
                return ApiProblems.NotFound;
        }
    }

    public async Task<Problem?> DecideAsync(
        HttpContext http,
        SigningIn.As caller,
        CancellationToken cancel
    )
    {
        var body = await JsonBody.FromAsync(http.Request, BodyMax, cancel);
        if (body is not JsonBody.Read read)
        {
            return body is JsonBody.Refused refused ? refused.Problem : Problems.NoBody;
        }

        var errors = new InputErrors();
        var fields = Fields.Open(read.Value, "", errors, "verdict", "reason", "display_hash");
        var verdict = fields.Word("verdict", "approved", "rejected");
        var reason = fields.Text("reason", ReasonMax);
        var hash = fields.RequiredText("display_hash", HashMax);
        if (errors.Any)
        {
            return Problems.Invalid(errors.All());
        }

        var said = new SaidByApi(
            IdOf(http) ?? default,
            WireNames.Parse<Verdict>(verdict),
            caller.Who,
            string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(),
            hash,
            Evidence(caller.Token, read.Value)
        );
        switch (await desk.DecideByApiAsync(said, cancel))
        {
            case ApiAnswer.Counted(var review):
                await Answer.JsonAsync(http, StatusCodes.Status200OK, review.Write, cancel);
                return null;
            case ApiAnswer.Refused refusal:
                return ApiProblems.Of(refusal);
            default:
                return ApiProblems.NotFound;
        }
    }

    private static RequestId? IdOf(HttpContext http) =>
        RequestId.TryParse(http.GetRouteValue("id") as string, provider: null, out var id)
            ? id
            : null;

    /// <summary>base64url(SHA-256(token, line feed, JCS of the body)).</summary>
    private static string Evidence(string token, JsonElement body) =>
        Base64Url.EncodeToString(
            SHA256.HashData([
                .. Encoding.ASCII.GetBytes(token + "\n"),
                .. CanonicalJson.Write(body),
            ])
        );
}

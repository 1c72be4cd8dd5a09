using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Http;

namespace ChatApprovals.Api;

/// <summary>
/// <c>POST /v1/people/link</c> <c>{"code"}</c>: the code that ChatApprovals showed somebody in chat, alone, makes
/// this sign-in theirs. It excludes at once and gives power after <c>People:LinkWait</c>. The same rules as for a
/// code typed in chat: five minutes, once, few tries. 200 with what is so now; 403 <c>link_refused</c>, and
/// nothing was changed.
/// </summary>
internal sealed class LinkByCode(CommandDesk commands)
{
    private const int BodyMax = 4 * 1024;
    private const int CodeMax = 64;

    public async Task<Problem?> LinkAsync(
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
        var code = Fields.Open(read.Value, "", errors, "code").RequiredText("code", CodeMax);
        if (errors.Any)
        {
            return Problems.Invalid(errors.All());
        }

        var linked = await commands.LinkAsync(caller.Who, code, cancel);
        if (linked.Person is not { } person)
        {
            return new Problem(
                403,
                "link_refused",
                "Not linked",
                string.Join(' ', linked.Reply.Lines)
            );
        }

        await Answer.JsonAsync(
            http,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("person", person.Id.ToString());
                json.WriteString("name", person.Name);
                json.WriteStartArray("accounts");
                foreach (var account in person.Accounts)
                {
                    json.WriteStringValue(account.Id.ToString());
                }

                json.WriteEndArray();
                json.WriteString("power_from", Rfc3339.Write(linked.PowerFrom));
                json.WriteString("detail", string.Join(' ', linked.Reply.Lines));
                json.WriteEndObject();
            },
            cancel
        );
        return null;
    }
}

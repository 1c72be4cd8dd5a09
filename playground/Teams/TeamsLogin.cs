using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatApprovals.Playground.Teams;

/// <summary>Where the bot gets its token (Entra, client credentials) and the keys of those who write to it.</summary>
internal sealed class TeamsLogin(
    TeamsOptions options,
    TeamsKeys keys,
    TeamsGate gate,
    FaultPlan faults
)
{
    private static readonly string[] Algorithms = ["RS256"];
    private static readonly string[] Methods = ["private_key_jwt"];
    private const string Scope = "https://api.botframework.com/.default";

    public Task Metadata(HttpContext context, string keysUrl) =>
        gate.Serve(
            context,
            "openid",
            needsToken: false,
            _ =>
                new(
                    200,
                    new
                    {
                        issuer = "https://api.botframework.com",
                        authorization_endpoint = "https://invalid.botframework.com",
                        jwks_uri = keysUrl,
                        id_token_signing_alg_values_supported = Algorithms,
                        token_endpoint_auth_methods_supported = Methods,
                    }
                )
        );

    public Task Keys(HttpContext context) =>
        gate.Serve(context, "keys", needsToken: false, _ => new(200, keys.Jwks()));

    public async Task Token(HttpContext context, string tenant)
    {
        var cancel = context.RequestAborted;
        var body = await Slack.SlackCall.Bytes(context.Request, cancel);
        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.Span));
        string Field(string name) => form.TryGetValue(name, out var v) ? v.ToString() : "";
        var reply = faults.Take("token") switch
        {
            Fault.HttpError broken => new(broken.Status, null, "(http)"),
            Fault.RateLimited limited => TeamsReply.Slow(limited.RetryAfterSeconds),
            _ => Answer(tenant, Field),
        };
        gate.Record("token", Json.Of(new { client_id = Field("client_id") }), reply);
        await reply.Write(context.Response, cancel);
    }

    private TeamsReply Answer(string tenant, Func<string, string> field)
    {
        if (!string.Equals(tenant, options.TenantId, StringComparison.OrdinalIgnoreCase))
        {
            return Refuse(
                "unauthorized_client",
                "AADSTS700016: Application not found in the tenant."
            );
        }
        if (field("grant_type") is not "client_credentials")
        {
            return Refuse(
                "unsupported_grant_type",
                "AADSTS70003: The grant type is not supported."
            );
        }
        if (field("scope") is not Scope)
        {
            return Refuse("invalid_scope", $"AADSTS1002012: The scope must be {Scope}.");
        }
        if (!string.Equals(field("client_id"), options.AppId, StringComparison.OrdinalIgnoreCase))
        {
            return Refuse("unauthorized_client", "AADSTS700016: Application not found.");
        }
        if (!string.Equals(field("client_secret"), options.AppPassword, StringComparison.Ordinal))
        {
            return Refuse("invalid_client", "AADSTS7000215: Invalid client secret provided.") with
            {
                Status = 401,
            };
        }
        return new(
            200,
            new
            {
                token_type = "Bearer",
                expires_in = (int)options.TokenLife.TotalSeconds,
                ext_expires_in = (int)options.TokenLife.TotalSeconds,
                access_token = gate.IssueToken(),
            }
        );
    }

    private static TeamsReply Refuse(string error, string description) =>
        new(400, new { error, error_description = description }, error);
}

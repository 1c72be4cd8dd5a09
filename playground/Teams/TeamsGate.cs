using System.Collections.Concurrent;
using System.Text.Json;

namespace ChatApprovals.Playground.Teams;

/// <summary>What stands before every endpoint of the played Teams: faults, body, token, then the work.</summary>
internal sealed class TeamsGate(
    TeamsOptions options,
    FaultPlan faults,
    Recent<PlatformCall> calls,
    Changes changes,
    TimeProvider time
)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new(
        StringComparer.Ordinal
    );

    /// <summary>A bearer token for the Connector. Expired ones are forgotten on the way.</summary>
    public string IssueToken()
    {
        var now = time.GetUtcNow();
        foreach (var (old, expires) in _tokens)
        {
            if (expires < now)
            {
                _tokens.TryRemove(old, out _);
            }
        }
        var token = RandomIds.Token(48);
        _tokens[token] = now + options.TokenLife;
        return token;
    }

    public void RevokeTokens() => _tokens.Clear();

    /// <summary>Runs the work unless a fault, a missing token or a broken body comes first. Answers nothing
    /// itself: a result would be written as a second response by the route that passed it on.</summary>
    public async Task Serve(
        HttpContext context,
        string operation,
        bool needsToken,
        Func<JsonElement, TeamsReply> work
    )
    {
        var cancel = context.RequestAborted;
        var body = await Slack.SlackCall.Bytes(context.Request, cancel);
        var fault = faults.Take(operation);
        if (fault is Fault.Hang)
        {
            Record(operation, default, new(0, null, "(hang)"));
            await Patience.UntilGone(cancel);
            return;
        }
        if (fault is Fault.Held held)
        {
            Record(operation, default, new(0, null, "(held)"));
            await held.Until.WaitAsync(cancel);
        }
        JsonElement? json = body.Length is 0 ? default(JsonElement) : Json.TryParse(body.Span);
        var reply =
            Broken(fault)
            ?? (needsToken && !IsKnown(context) ? Unauthorized() : null)
            ?? (json is null ? TeamsReply.BadSyntax("The body is not JSON.") : null)
            ?? work(json!.Value);
        Record(operation, json ?? default, reply);
        if (fault is Fault.DoneButUnheard)
        {
            context.Abort();
        }
        else if (fault is Fault.DoneButSilent)
        {
            await Patience.UntilGone(cancel);
        }
        else
        {
            await reply.Write(context.Response, cancel);
        }
    }

    public void Record(string operation, JsonElement body, TeamsReply reply)
    {
        calls.Add(new(operation, body, reply.Status, reply.Error, time.GetUtcNow()));
        changes.Tell();
    }

    private static TeamsReply Unauthorized() =>
        new(401, new { message = "Authorization has been denied for this request." }, "(401)");

    private bool IsKnown(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            && _tokens.TryGetValue(header[7..].Trim(), out var expires)
            && expires > time.GetUtcNow();
    }

    private static TeamsReply? Broken(Fault? fault) =>
        fault switch
        {
            Fault.RateLimited limited => TeamsReply.Slow(limited.RetryAfterSeconds),
            Fault.HttpError broken => new(broken.Status, null, "(http)"),
            Fault.Refused { Code: "MessageWritesBlocked" } => TeamsReply.Refuse(
                403,
                "MessageWritesBlocked",
                "Message writes are blocked."
            ),
            Fault.Refused refused => TeamsReply.Refuse(400, refused.Code, refused.Code),
            _ => null,
        };
}

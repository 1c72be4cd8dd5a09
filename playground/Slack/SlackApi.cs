using System.Collections.Concurrent;
using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>Slack's Web API over HTTP: token, faults, rate limits, then the method.</summary>
internal sealed class SlackApi
{
    // Rate tiers by method: shared with docs.slack.dev/apis/web-api/rate-limits, calls per minute.
    private const int Tier2 = 20;
    private const int Tier3 = 50;
    private const int Tier4 = 100;

    private readonly SlackWorkspace _workspace;
    private readonly FaultPlan _faults;
    private readonly Recent<PlatformCall> _calls;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, (Func<SlackCall, SlackReply> Do, int PerMinute)> _methods;
    private readonly ConcurrentDictionary<string, RateWindows> _limits = new(
        StringComparer.Ordinal
    );

    public SlackApi(
        SlackWorkspace workspace,
        SlackFiles files,
        FaultPlan faults,
        Recent<PlatformCall> calls,
        TimeProvider time
    )
    {
        (_workspace, _faults, _calls, _time) = (workspace, faults, calls, time);
        var chat = new SlackChat(workspace);
        var views = new SlackViews(workspace);
        var directory = new SlackDirectory(workspace, chat);
        _methods = new(StringComparer.Ordinal)
        {
            ["api.test"] = (_ => new(new { ok = true }), Tier4),
            ["auth.test"] = (_ => directory.Test(), 600),
            ["team.info"] = (_ => directory.Team(), Tier3),
            ["chat.postMessage"] = (chat.Post, 0), // per channel, below
            ["chat.postEphemeral"] = (chat.PostEphemeral, Tier4),
            ["chat.update"] = (chat.Update, Tier3),
            ["chat.delete"] = (chat.Delete, Tier3),
            ["chat.getPermalink"] = (chat.Permalink, 600),
            ["views.open"] = (views.Open, Tier4),
            ["views.push"] = (views.Push, Tier4),
            ["views.update"] = (views.Update, Tier4),
            ["views.publish"] = (SlackViews.Publish, Tier4),
            ["files.getUploadURLExternal"] = (files.Place, Tier4),
            ["files.completeUploadExternal"] = (files.Complete, Tier4),
            ["users.info"] = (directory.User, Tier4),
            ["users.lookupByEmail"] = (directory.ByEmail, Tier3),
            ["conversations.open"] = (directory.OpenConversation, Tier3),
            ["conversations.info"] = (directory.Conversation, Tier3),
            ["conversations.list"] = (directory.Conversations, Tier2),
            ["conversations.members"] = (directory.Members, Tier4),
            ["conversations.history"] = (directory.History, Tier3),
            ["conversations.replies"] = (directory.History, Tier3),
            ["usergroups.list"] = (directory.Groups, Tier2),
            ["usergroups.users.list"] = (directory.GroupMembers, Tier2),
        };
    }

    public async Task Serve(HttpContext context, string method)
    {
        var cancel = context.RequestAborted;
        var call = await SlackCall.Read(context.Request, cancel);
        var fault = _faults.Take(method);
        if (fault is Fault.Hang)
        {
            Record(method, call, 0, "(hang)");
            await Patience.UntilGone(cancel);
            return;
        }
        if (fault is Fault.Held held)
        {
            Record(method, call, 0, "(held)");
            await held.Until.WaitAsync(cancel);
        }
        var reply = Broken(fault) ?? Unauthorized(context, call) ?? Answer(method, call);
        Record(method, call, reply.Status, reply.Error);
        if (fault is Fault.DoneButUnheard)
        {
            context.Abort();
            return;
        }
        if (fault is Fault.DoneButSilent)
        {
            await Patience.UntilGone(cancel);
            return;
        }
        await Write(context.Response, reply, cancel);
    }

    private SlackReply Answer(string method, SlackCall? call)
    {
        if (call is null)
        {
            return SlackReply.Refuse("invalid_json");
        }
        if (!_methods.TryGetValue(method, out var known))
        {
            return SlackReply.Refuse("unknown_method");
        }
        return Limited(method, known.PerMinute, call) ?? known.Do(call);
    }

    private SlackReply? Limited(string method, int perMinute, SlackCall call)
    {
        if (!_workspace.Options.RateLimits)
        {
            return null;
        }
        // chat.postMessage: 1 message a second and channel, with short bursts (rate-limits page).
        var limit = perMinute is 0
            ? _limits.GetOrAdd(
                $"{method} {call["channel"]}",
                _ => new((4, TimeSpan.FromSeconds(1)), (60, TimeSpan.FromSeconds(45)))
            )
            : _limits.GetOrAdd(method, _ => new((perMinute, TimeSpan.FromMinutes(1))));
        return limit.Take(_time.GetUtcNow()) is { } wait
            ? SlackReply.Slow(RateWindows.Seconds(wait))
            : null;
    }

    /// <summary>Bearer header, or <c>token</c> among the arguments.</summary>
    private SlackReply? Unauthorized(HttpContext context, SlackCall? call)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header[7..].Trim()
            : call?["token"];
        if (string.IsNullOrEmpty(token))
        {
            return SlackReply.Refuse("not_authed");
        }
        return string.Equals(token, _workspace.Options.BotToken, StringComparison.Ordinal)
            ? null
            : SlackReply.Refuse("invalid_auth");
    }

    private static SlackReply? Broken(Fault? fault) =>
        fault switch
        {
            Fault.RateLimited limited => SlackReply.Slow(limited.RetryAfterSeconds),
            Fault.HttpError broken => new("upstream error", "(http)", broken.Status),
            Fault.Refused refused => SlackReply.Refuse(refused.Code),
            _ => null,
        };

    private void Record(string method, SlackCall? call, int status, string? error)
    {
        var arguments = call?.Arguments ?? default;
        _calls.Add(new(method, arguments, status, error, _time.GetUtcNow()));
        _workspace.Changes.Tell();
    }

    internal static async Task Write(
        HttpResponse response,
        SlackReply reply,
        CancellationToken cancel
    )
    {
        response.StatusCode = reply.Status;
        if (reply.RetryAfter > 0)
        {
            response.Headers.RetryAfter = reply.RetryAfter.ToString();
        }
        response.ContentType = "application/json; charset=utf-8";
        var bytes = Json.Bytes(reply.Body);
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, cancel);
    }
}

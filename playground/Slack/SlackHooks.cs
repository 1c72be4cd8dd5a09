using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>Answers that come back by <c>response_url</c> or in the body of an answered command.</summary>
internal sealed class SlackHooks(SlackWorkspace workspace, FaultPlan faults)
{
    public async Task Serve(HttpContext context, string path)
    {
        var cancel = context.RequestAborted;
        var call = await SlackCall.Read(context.Request, cancel);
        if (faults.Take("response_url") is Fault.HttpError broken)
        {
            context.Response.StatusCode = broken.Status;
            return;
        }
        var use = workspace.TakeResponse(path);
        var reply =
            use is null ? new SlackReply(new { ok = false, error = "expired_url" }, null, 404)
            : call is null
                ? new SlackReply(new { ok = false, error = "invalid_payload" }, null, 400)
            : Answer(use, call) ?? new(new { ok = true });
        await SlackApi.Write(context.Response, reply, cancel);
    }

    /// <summary>Shows the answer where the person acted. Null when it was taken.</summary>
    public SlackReply? Answer(ResponseUse use, SlackCall call)
    {
        if (!workspace.Channels.TryGetValue(use.Channel, out var channel))
        {
            return SlackReply.Refuse("channel_not_found") with { Status = 404 };
        }
        if (call.Flag("delete_original") && use.Ts is { } doomed)
        {
            channel.Remove(doomed);
            workspace.Changes.Tell();
            return null;
        }
        var (content, refusal) = SlackChat.Content.Of(call);
        if (content is null)
        {
            return refusal! with { Status = 400 };
        }
        if (call.Flag("replace_original") && channel.Find(use.Ts) is { } original)
        {
            channel.Replace(
                original with
                {
                    Text = content.Text ?? "",
                    Blocks = content.Blocks,
                    Edited = true,
                }
            );
        }
        else
        {
            var everyone = call["response_type"] is "in_channel";
            var message = content.Message(channel.Id, workspace.NextTs(), workspace.Options);
            channel.Add(message with { EphemeralFor = everyone ? null : use.User });
        }
        workspace.Changes.Tell();
        return null;
    }

    /// <summary>The body of a command's 200: JSON as for a response URL, or plain text.</summary>
    public void AnswerInBody(ResponseUse use, string body)
    {
        var call =
            Json.TryParse(body) is { ValueKind: JsonValueKind.Object } json ? new SlackCall(json)
            : body.Trim().Length > 0 ? new SlackCall(Json.Of(new { text = body }))
            : null;
        if (
            call is not null
            && (call["text"] ?? call["blocks"]) is not null | call.Structured("blocks") is not null
        )
        {
            Answer(use, call);
        }
    }
}

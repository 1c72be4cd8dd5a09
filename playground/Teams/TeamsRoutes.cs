using System.Text.Json;

namespace ChatApprovals.Playground.Teams;

/// <summary>The Bot Connector's addresses.</summary>
public sealed partial class TeamsPlatform
{
    private void MapConnector(RouteGroupBuilder v3)
    {
        v3.MapPost("/conversations", CreateConversation);
        v3.MapPost("/conversations/{id}/activities", Post);
        v3.MapPost("/conversations/{id}/activities/{activity}", Post);
        v3.MapPut("/conversations/{id}/activities/{activity}", Put);
        v3.MapDelete(
            "/conversations/{id}/activities/{activity}",
            (HttpContext c, string id, string activity) =>
                Serve(c, "activities.delete", _ => _connector.Delete(id, activity))
        );
        v3.MapGet(
            "/conversations/{id}/members",
            (HttpContext c, string id) =>
                Serve(c, "members.list", _ => _connector.Members(id, false, null, null))
        );
        v3.MapGet(
            "/conversations/{id}/pagedmembers",
            (HttpContext c, string id, string? pageSize, string? continuationToken) =>
                Serve(
                    c,
                    "members.paged",
                    _ => _connector.Members(id, true, pageSize, continuationToken)
                )
        );
        v3.MapGet(
            "/conversations/{id}/members/{member}",
            (HttpContext c, string id, string member) =>
                Serve(c, "members.get", _ => _connector.Member(id, member))
        );
        v3.MapGet(
            "/teams/{id}",
            (HttpContext c, string id) => Serve(c, "teams.get", _ => _connector.Team(id))
        );
        v3.MapGet(
            "/teams/{id}/conversations",
            (HttpContext c, string id) =>
                Serve(c, "teams.conversations", _ => _connector.Channels(id))
        );
    }

    private async Task CreateConversation(HttpContext context)
    {
        TeamsReply? reply = null;
        await Serve(context, "conversations.post", body => reply = _connector.Create(body));
        if (reply is { Error: null, Body: { } made })
        {
            var answer = Json.Of(made);
            RefreshSoon(answer.Text("id")!, answer.Text("activityId"));
        }
    }

    private async Task Post(HttpContext context, string id)
    {
        TeamsReply? reply = null;
        await Serve(context, "activities.post", body => reply = _connector.Post(id, body));
        if (reply is { Status: 201, Body: { } made })
        {
            RefreshSoon(id, Json.Of(made).Text("id"));
        }
    }

    private async Task Put(HttpContext context, string id, string activity)
    {
        TeamsReply? reply = null;
        await Serve(context, "activities.put", body => reply = _connector.Put(id, activity, body));
        if (reply is { Error: null })
        {
            RefreshSoon(id, activity);
        }
    }

    private Task Serve(HttpContext context, string operation, Func<JsonElement, TeamsReply> work) =>
        _gate.Serve(context, operation, needsToken: true, work);
}

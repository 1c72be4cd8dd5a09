using System.Text.Json;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>Reads the small bodies with which an agent ends or reports on a request. Pure; never throws.</summary>
internal static class EndingReader
{
    /// <summary>Body of <c>/cancel</c>: <c>{"reason"?}</c>.</summary>
    public static string? Reason(JsonElement body, InputErrors errors) =>
        Reason(Fields.Open(body, "", errors, "reason"));

    public static string? Reason(Fields fields) => fields.Text("reason", RequestLimits.NoteMax);

    /// <summary>Body of <c>/messages</c>: <c>{"text", "question"?}</c>.</summary>
    public static (string Text, string? Question) Message(JsonElement body, InputErrors errors)
    {
        var fields = Fields.Open(body, "", errors, "text", "question");
        return (
            fields.RequiredText("text", RequestLimits.NoteMax),
            fields.Text("question", RequestLimits.NameMax)
        );
    }

    /// <summary>Body of <c>/result</c>: <c>{"outcome", "detail"?}</c>.</summary>
    public static (string Outcome, string? Detail) Result(JsonElement body, InputErrors errors) =>
        Result(Fields.Open(body, "", errors, "outcome", "detail"));

    public static (string Outcome, string? Detail) Result(Fields fields) =>
        (
            fields.Word("outcome", "succeeded", "failed"),
            fields.Text("detail", RequestLimits.NoteMax)
        );
}

using System.Text.Json.Nodes;

namespace ChatApprovals.Slack;

/// <summary>
/// What one of Slack's requests is answered with. <see cref="IsSecret"/>: it holds a key, so a repeat of
/// the same bytes gets an empty answer instead.
/// </summary>
public sealed record SlackAnswer(int Status, byte[] Body, string? ContentType)
{
    public bool IsSecret { get; init; }

    /// <summary>200 and nothing to say.</summary>
    public static SlackAnswer Empty { get; } = new(StatusCodes.Status200OK, [], null);

    /// <summary>Nothing was decided or saved; Slack shows the person that it did not work.</summary>
    public static SlackAnswer Unavailable { get; } =
        new(StatusCodes.Status503ServiceUnavailable, [], null);

    /// <summary>Signed by Slack, but not about our installation.</summary>
    public static SlackAnswer Forbidden { get; } = new(StatusCodes.Status403Forbidden, [], null);

    public static SlackAnswer Malformed { get; } = new(StatusCodes.Status400BadRequest, [], null);

    /// <summary>Closes every modal of ours.</summary>
    public static SlackAnswer Clear { get; } =
        Json(new JsonObject { ["response_action"] = "clear" });

    public static SlackAnswer Json(JsonObject body) =>
        new(StatusCodes.Status200OK, SlackJson.Bytes(body), "application/json; charset=utf-8");

    /// <summary>Shows the text at the modal's reason field, which stays open.</summary>
    public static SlackAnswer ReasonError(string text) => FieldError("reason", text);

    /// <summary>The same at another field.</summary>
    public static SlackAnswer FieldError(string block, string text) =>
        Json(
            new JsonObject
            {
                ["response_action"] = "errors",
                ["errors"] = new JsonObject { [block] = text },
            }
        );

    /// <summary>Puts another view in the place of the modal.</summary>
    public static SlackAnswer Update(byte[] view) =>
        Json(new JsonObject { ["response_action"] = "update", ["view"] = SlackJson.Object(view) });
}

/// <summary>
/// An answer, and how to tell the person the same when the answer comes too late for Slack's 3 seconds.
/// </summary>
public sealed record SlackOutcome(SlackAnswer Answer, Func<CancellationToken, Task>? Late = null);

using System.Text.Json;

namespace ChatApprovals.Teams;

/// <summary>
/// The HTTP answer to an activity. For card actions it is always 200 with a body that says the rest
/// (teams.md 2.7). <see cref="IsFinal"/>: a repeat of the delivery gets the same answer.
/// </summary>
public sealed record TeamsAnswer(int Status, byte[] Body)
{
    private const string CardType = "application/vnd.microsoft.card.adaptive";
    private const string ErrorType = "application/vnd.microsoft.error";

    public bool IsFinal { get; init; } = true;

    /// <summary>Why nothing was decided, for clients that take no card as an answer.</summary>
    public string? Told { get; init; }

    public static TeamsAnswer Heard { get; } = new(200, []);
    public static TeamsAnswer Malformed { get; } = new(400, []);
    public static TeamsAnswer Unauthorized { get; } = new(401, []);
    public static TeamsAnswer Forbidden { get; } = new(403, []);
    public static TeamsAnswer TooLarge { get; } = new(413, []);
    public static TeamsAnswer NotImplemented { get; } = new(501, []);
    public static TeamsAnswer Unavailable { get; } = new(503, []) { IsFinal = false };

    /// <summary>The card that the one who acted sees from now on.</summary>
    public static TeamsAnswer Card(byte[] card) =>
        Write(json =>
        {
            json.WriteNumber("statusCode", 200);
            json.WriteString("type", CardType);
            json.WritePropertyName("value");
            json.WriteRawValue(card);
        });

    /// <summary>A sentence that Teams shows to the one who acted, below the card.</summary>
    public static TeamsAnswer Error(int status, string code, string message) =>
        Write(json =>
        {
            json.WriteNumber("statusCode", status);
            json.WriteString("type", ErrorType);
            json.WriteStartObject("value");
            json.WriteString("code", code);
            json.WriteString("message", message);
            json.WriteEndObject();
        }) with
        {
            Told = message,
        };

    private static TeamsAnswer Write(Action<Utf8JsonWriter> members)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return new TeamsAnswer(200, body.ToArray());
    }
}

using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Http;

/// <summary>
/// Reads the members that bind (<see cref="Binding"/>): the same for an agent that asks and for a guard that
/// says what is about to run.
/// </summary>
internal static class BoundReader
{
    /// <summary>Own limits, in UTF-16 units.</summary>
    public const int NameMax = 1_024;
    private const int ResourceIdMax = 4_096;

    public static NamedAction Action(Fields body, InputErrors errors)
    {
        if (body.Required("action") is not { } value)
        {
            return new NamedAction("", body.Object("action"));
        }

        var fields = Fields.Open(value, body.PointerOf("action"), errors, "name", "properties");
        return new NamedAction(fields.RequiredText("name", NameMax), fields.Object("properties"));
    }

    public static Resource Resource(Fields body, InputErrors errors)
    {
        if (body.Required("resource") is not { } value)
        {
            return new Resource("", "", body.Object("resource"));
        }

        var at = body.PointerOf("resource");
        var fields = Fields.Open(value, at, errors, "type", "id", "properties");
        return new Resource(
            fields.RequiredText("type", NameMax),
            fields.RequiredText("id", ResourceIdMax),
            fields.Object("properties")
        );
    }

    public static JsonElement Context(Fields body, InputErrors errors)
    {
        var context = body.Object("context");
        if (context.TryGetProperty("salt", out _))
        {
            var at = JsonPointer.Child(body.PointerOf("context"), "salt");
            errors.Add(at, "reserved", "The bot adds the salt; leave it out.");
        }

        return context;
    }
}

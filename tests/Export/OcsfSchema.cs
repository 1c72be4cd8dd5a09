using System.Text.Json;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>Judges an event by what the published classes say: attributes, types, values, and what must be there.</summary>
internal static class OcsfSchema
{
    private static readonly JsonElement s_schema = JsonElement.Parse(
        File.ReadAllBytes(SharedData.InRepository("tests/ocsf/classes-1.8.0.json"))
    );

    /// <summary>What is wrong, each with its path.</summary>
    public static List<string> Faults(JsonElement line)
    {
        var faults = new List<string>();
        var type = line.GetProperty("class_uid").GetRawText();
        if (!s_schema.GetProperty("classes").TryGetProperty(type, out var attributes))
        {
            return [$"class_uid {type} is not one of those used"];
        }

        var known = attributes
            .EnumerateObject()
            .ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal);
        if (line.GetProperty("metadata").TryGetProperty("profiles", out var profiles))
        {
            foreach (var name in profiles.EnumerateArray().Select(p => p.GetString()!))
            {
                foreach (
                    var a in s_schema.GetProperty("profiles").GetProperty(name).EnumerateObject()
                )
                {
                    known[a.Name] = a.Value;
                }
            }
        }

        Check(line, known, "", faults);
        var (uid, activity) = (line.GetProperty("class_uid"), line.GetProperty("activity_id"));
        if (line.GetProperty("type_uid").GetInt64() != (uid.GetInt64() * 100) + activity.GetInt64())
        {
            faults.Add("type_uid is not of its class and activity");
        }

        return faults;
    }

    private static void Check(
        JsonElement value,
        Dictionary<string, JsonElement> known,
        string path,
        List<string> faults
    )
    {
        foreach (var member in value.EnumerateObject())
        {
            var here = path + member.Name;
            if (known.TryGetValue(member.Name, out var rule))
            {
                Check(member.Value, rule, here, faults);
            }
            else
            {
                faults.Add($"{here} is no attribute");
            }

            // Where a number says "other", the word beside it must say what.
            if (
                member.Name.EndsWith("_id", StringComparison.Ordinal)
                && member.Value.GetRawText() is "99"
                && !value.TryGetProperty(Sibling(member.Name), out _)
            )
            {
                faults.Add($"{here} is 99 and {Sibling(member.Name)} is missing");
            }
        }

        faults.AddRange(
            known
                .Where(k => k.Value[1].GetString() is "required")
                .Where(k => !value.TryGetProperty(k.Key, out _))
                .Select(k => $"{path}{k.Key} is missing")
        );
    }

    private static string Sibling(string id) =>
        id is "activity_id" ? "activity_name" : id[..^"_id".Length];

    private static void Check(JsonElement value, JsonElement rule, string path, List<string> faults)
    {
        var type = rule[0].GetString()!;
        var fits = type switch
        {
            "integer" or "long" => value.ValueKind == JsonValueKind.Number
                && value.TryGetInt64(out _),
            "string" => value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "array" => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0,
            _ => value.ValueKind == JsonValueKind.Object,
        };
        if (!fits)
        {
            faults.Add($"{path} is no {type}");
        }
        else if (
            rule.GetArrayLength() > 2
            && !rule[2].EnumerateArray().Any(v => v.GetInt64() == value.GetInt64())
        )
        {
            faults.Add($"{path} may not be {value}");
        }
        else if (s_schema.GetProperty("objects").TryGetProperty(type, out var shape))
        {
            Check(
                value,
                shape
                    .GetProperty("attributes")
                    .EnumerateObject()
                    .ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal),
                path + ".",
                faults
            );
            var some = shape.GetProperty("at_least_one").EnumerateArray().ToArray();
            if (some.Length > 0 && !some.Any(s => value.TryGetProperty(s.GetString()!, out _)))
            {
                faults.Add($"{path} has none of {shape.GetProperty("at_least_one")}");
            }
        }
    }
}

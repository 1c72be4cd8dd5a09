using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>
/// A plan as <c>terraform show -json</c> writes it (Terraform's "JSON Output Format", format version 0.x and 1.x): action
/// <c>terraform.apply</c>, with how much it changes; a diff, resource by resource; a data scope. What Terraform
/// marks as sensitive is not in it, nor are variables, state or configuration.
/// </summary>
public sealed record TerraformPlan
{
    /// <summary>The inbox: lists have at most 1,000 items.</summary>
    private const int ListMax = 1_000;

    /// <summary>
    /// What an apply does beyond <c>resource_changes</c>: providers' actions (Terraform 1.14), and what it can tell only
    /// when it has begun.
    /// </summary>
    private static readonly ImmutableArray<string> s_untold =
    [
        "action_invocations",
        "deferred_action_invocations",
        "deferred_changes",
    ];

    /// <summary>Whether nothing is left to do after it, as with <c>-target</c>.</summary>
    private bool IsComplete { get; init; } = true;

    public required JsonObject Before { get; init; }
    public required JsonObject After { get; init; }
    public required ImmutableArray<TerraformChange> Changes { get; init; }
    public required string Sha256 { get; init; }
    public required string? Version { get; init; }

    /// <param name="text">All of the file: its hash becomes a part of what is approved.</param>
    /// <exception cref="AskException">It is no plan, one that failed, or of a format not known here.</exception>
    public static TerraformPlan Read(string text)
    {
        var plan = AskBody.AsObject(text, "--terraform-plan");
        var format = Text(plan, "format_version")?.Split('.')[0];
        if (format is not ("0" or "1") || plan["resource_changes"] is not (null or JsonArray))
        {
            throw AskException.NotAsked(
                "--terraform-plan is no plan that is known here: write it by terraform show -json tfplan"
            );
        }

        if (IsTrue(plan, "errored") || plan["applyable"] is JsonValue can && !can.GetValue<bool>())
        {
            throw AskException.NotAsked(
                "this plan failed or changes nothing: there is nothing to apply"
            );
        }

        if (
            s_untold.FirstOrDefault(name => plan[name] is not (null or JsonArray { Count: 0 })) is
            { } untold
        )
        {
            throw AskException.NotAsked(
                $"this plan has {untold}: what they do is in no diff, so nobody could approve it; plan without them"
            );
        }

        var changes = (plan["resource_changes"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Select(TerraformChange.Read)
            .OfType<TerraformChange>()
            .ToImmutableArray();
        var outputs = (plan["output_changes"] as JsonObject ?? [])
            .Select(o => TerraformChange.ReadOutput(o.Key, o.Value))
            .OfType<TerraformChange>();
        var (before, after) = States([.. changes, .. outputs]);
        return new TerraformPlan
        {
            Before = before,
            After = after,
            Changes = changes,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            Version = Text(plan, "terraform_version"),
            IsComplete = plan["complete"] is not JsonValue said || IsTrue(plan, "complete"),
        };
    }

    private static (JsonObject Before, JsonObject After) States(
        ImmutableArray<TerraformChange> changes
    )
    {
        var secrets = new TerraformSecrets();
        foreach (var change in changes)
        {
            change.Teach(secrets);
        }

        var (before, after) = (new JsonObject(), new JsonObject());
        foreach (var change in changes)
        {
            change.Show(before, after, secrets);
        }

        return (before, after);
    }

    /// <summary>Puts it where nothing else is said yet.</summary>
    public void AddTo(JsonObject body)
    {
        AskBody.In(body, "action").TryAdd("name", "terraform.apply");
        var properties = AskBody.In(body, "action", "properties");
        foreach (var kinds in Changes.GroupBy(c => c.Kind, StringComparer.Ordinal))
        {
            properties[kinds.Key] = kinds.Count();
        }

        properties["plan"] = "sha256:" + Sha256;
        body["diff"] = new JsonObject
        {
            ["format"] = "json",
            ["before"] = Before,
            ["after"] = After,
        };
        var scope = AskBody.In(body, "data_scope");
        scope.TryAdd("summary", Summary());
        scope.TryAdd("records", Changes.Length);
        scope.TryAdd(
            "datasets",
            new JsonArray([.. Changes.Take(ListMax).Select(c => (JsonNode)c.Address)])
        );
        Facts(body);
    }

    /// <summary>What is lost stands apart: in a long diff it is easily missed.</summary>
    private void Facts(JsonObject body)
    {
        foreach (var (kind, name) in new[] { ("delete", "Destroys"), ("replace", "Replaces") })
        {
            var lost = Changes.Where(c => Is(c, kind)).Select(c => c.Address).ToArray();
            if (lost.Length > 0)
            {
                body.TryAdd("risk", "high");
                AskShown.Evidence(body).Add(AskShown.Fact(name, string.Join('\n', lost)));
            }
        }

        if (!IsComplete)
        {
            const string more = "no: Terraform says that more is left to plan and apply after it";
            AskShown.Evidence(body).Add(AskShown.Fact("Complete", more));
        }

        if (Version is not null)
        {
            AskShown.Evidence(body).Add(AskShown.Fact("Terraform", Version));
        }
    }

    private string Summary() =>
        $"{Changes.Length} resources: "
        + string.Join(
            ", ",
            TerraformChange
                .Kinds.Select(k => (Kind: k, Count: Changes.Count(c => Is(c, k))))
                .Where(k => k.Count > 0)
                .Select(k => $"{k.Count} to {k.Kind}")
        );

    private static bool Is(TerraformChange change, string kind) =>
        string.Equals(change.Kind, kind, StringComparison.Ordinal);

    private static bool IsTrue(JsonObject plan, string name) =>
        plan[name] is JsonValue value && value.TryGetValue<bool>(out var isTrue) && isTrue;

    private static string? Text(JsonObject plan, string name) =>
        plan[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}

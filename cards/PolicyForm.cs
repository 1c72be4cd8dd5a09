using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ChatApprovals.Cards;

/// <summary>
/// A policy's text to be changed on the spot: a Slack modal, a Teams card. Both send it back under the verb
/// <c>policy_set</c> in the field <c>yaml</c>, with the policy's name. Pure.
/// </summary>
public static class PolicyForm
{
    /// <summary>The modal's <c>callback_id</c>, and Teams' verb.</summary>
    public const string Verb = "policy_set";

    /// <summary>The button of a message that opens the modal.</summary>
    public const string OpenVerb = "policy_form";

    public const string Field = "yaml";

    private static readonly CardButton s_open = new(OpenVerb, "Edit");
    private static readonly CardButton s_save = new(Verb, "Save");

    /// <summary>Null when the text is longer than Slack's inputs take.</summary>
    public static byte[]? SlackModal(string name, string yaml)
    {
        if (yaml.Length > CardLimits.InputText)
        {
            return null;
        }

        var blocks = new BlockKitBlocks("policy");
        blocks.Json.Add(
            new JsonObject
            {
                ["type"] = "input",
                ["block_id"] = Field,
                ["label"] = BlockKitText.Plain("Policy (YAML)"),
                ["element"] = new JsonObject
                {
                    ["type"] = "plain_text_input",
                    ["action_id"] = Field,
                    ["multiline"] = true,
                    ["max_length"] = CardLimits.InputText,
                    ["initial_value"] = yaml,
                },
            }
        );
        return Rendering.Bytes(BlockKitView.Of($"Policy {name}", Verb, name, "Save", blocks));
    }

    /// <summary>An answer as a message with a button that opens the modal.</summary>
    public static byte[] SlackOffer(string title, IReadOnlyList<string> lines, string name)
    {
        var message = JsonNode.Parse(BlockKit.Note(title, lines))!.AsObject();
        var button = new BlockKitBlocks("policy");
        button.Buttons([(s_open, name)]);
        message["blocks"]!.AsArray().Add(button.Json[0]!.DeepClone());
        return Rendering.Bytes(message);
    }

    /// <summary>The form as a card, with what was wrong with what it holds.</summary>
    public static byte[] TeamsCard(
        string title,
        IReadOnlyList<string> lines,
        string name,
        string yaml
    )
    {
        var card = JsonNode.Parse(AdaptiveCard.Note(title, lines))!.AsObject();
        var body = card["body"]!.AsArray();
        body.Add(
            new JsonObject
            {
                ["type"] = "Input.Text",
                ["id"] = Field,
                ["label"] = "Policy (YAML)",
                ["isMultiline"] = true,
                ["isRequired"] = true,
                ["errorMessage"] = "Write the policy.",
                ["maxLength"] = CardLimits.InputText,
                ["value"] = yaml,
            }
        );
        var buttons = new AdaptiveBody();
        buttons.Buttons([(s_save, new JsonObject { ["id"] = name })]);
        body.Add(buttons.Json[0]!.DeepClone());
        return Rendering.Bytes(card);
    }
}

using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Cards;

/// <summary>
/// What the platforms accept, each with its source, and the tighter limits the cards keep. The
/// checks are written from the platforms' rules and not from the renderers, so that a renderer's
/// mistake is found. All lengths of text are UTF-16 units, counted after Slack's escaping of &amp;,
/// &lt; and &gt;.
/// </summary>
public static class CardLimits
{
    // Slack: docs.slack.dev/reference/block-kit/blocks unless another source is named.
    public const int BlocksPerMessage = 50;
    public const int BlocksPerView = 100;
    public const int HeaderText = 150;
    public const int SectionText = 3000;
    public const int Fields = 10;
    public const int FieldText = 2000;
    public const int ContextElements = 10;
    public const int ActionElements = 25;

    /// <summary>@slack/types blocks.d.ts.</summary>
    public const int BlockId = 255;

    /// <summary>@slack/types extensions.d.ts; unique within its block.</summary>
    public const int ActionId = 255;
    public const int ButtonText = 75;
    public const int ButtonValue = 2000;
    public const int InputLabel = 2000;
    public const int InputText = 3000;

    /// <summary>views.open: title, submit and close alike.</summary>
    public const int ViewTitle = 24;
    public const int PrivateMetadata = 3000;
    public const int CallbackId = 255;

    /// <summary>chat.postMessage: the recommended most for <c>text</c>.</summary>
    public const int MessageText = 4000;

    /// <summary>
    /// All text of one message together. Undocumented, about 12,000; 11,341 has been seen to fail
    /// (bolt-js#2509, #2867), so cards keep to <see cref="CardTotalText"/>.
    /// </summary>
    public const int TotalText = 11_000;

    // Teams.
    /// <summary>Older documented size of a bot's message; 100 KB since 2025-03.</summary>
    public const int AdaptivePayload = 28_000;

    /// <summary>Universal Actions: people a card refreshes itself for.</summary>
    public const int RefreshUsers = 60;

    /// <summary>Universal Actions: primary actions of one set.</summary>
    public const int PrimaryActions = 6;

    // Ours.
    /// <summary>
    /// All text of one Slack message, with more than 25 % to the limit that has been seen.
    /// </summary>
    public const int CardTotalText = 9_000;
    public const int CardBlocks = 45;

    /// <summary>UTF-8 bytes of one Adaptive Card.</summary>
    public const int CardPayload = 20_000;

    /// <summary>
    /// Lines of action and diff on one card: beyond, an approver scrolls and misses; the review has
    /// pages.
    /// </summary>
    public const int CardLines = 80;

    /// <summary>
    /// What is wrong with a Slack message or view (the object with <c>blocks</c>); empty = nothing.
    /// Knows only the block and element types that cards use: any other is a fault.
    /// </summary>
    public static ImmutableArray<string> Check(JsonElement blockKit) => BlockKitCheck.Of(blockKit);

    /// <summary>
    /// What is wrong with an Adaptive Card for Teams; empty = nothing. Knows only what cards use.
    /// </summary>
    public static ImmutableArray<string> CheckAdaptive(JsonElement card) => AdaptiveCheck.Of(card);

    /// <summary>
    /// The length Slack counts: it stores <c>&amp; &lt; &gt;</c> escaped (hermes-agent#61697).
    /// </summary>
    public static int SlackLength(ReadOnlySpan<char> text)
    {
        var length = text.Length;
        foreach (var c in text)
        {
            length += c switch
            {
                '&' => "&amp;".Length - 1,
                '<' or '>' => "&lt;".Length - 1,
                _ => 0,
            };
        }

        return length;
    }
}

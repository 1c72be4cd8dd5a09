using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>
/// A piece of a chat command as the surface understood it: literal text, or a real mention that the
/// platform itself resolved to an account. Text that only looks like a mention stays text.
/// </summary>
public abstract record CommandPart
{
    private CommandPart() { }

    public sealed record Text(string Value) : CommandPart;

    public sealed record Mention(AccountId Account, string Shown) : CommandPart;
}

/// <summary>
/// Who asks, and where. <see cref="IsPrivate"/>: nobody else reads along (1:1 chat). Slack's ephemeral
/// answers count as private too.
/// </summary>
public sealed record Asker(AccountId Account, string Conversation, bool IsPrivate)
{
    /// <summary>
    /// What tells this very message of the platform from every other one; a command of the same delivery
    /// changes nothing a second time, also after a restart. Null: it cannot come twice.
    /// </summary>
    public string? Delivery { get; init; }
}

/// <summary>
/// The answer to a command, as literal text: a title and lines. For the asker alone.
/// <see cref="Secret"/>: holds a key, shown once; never goes to a channel, not even as a pointer's text.
/// </summary>
public sealed record Reply(string Title, ImmutableArray<string> Lines)
{
    public bool Secret { get; init; }

    /// <summary>What can be edited on the spot, where the surface can; the lines say how to do without.</summary>
    public ReplyForm? Form { get; init; }

    /// <summary>
    /// The rest of the answer, which takes longer than surfaces wait: for the asker alone, in their own chat.
    /// </summary>
    public Func<CancellationToken, Task<Reply>>? Later { get; init; }

    /// <summary>Makes the file that the answer announces: for the asker alone, in their own chat.</summary>
    public Func<Tell, CancellationToken, Task<Packed>>? File { get; init; }
}

/// <summary>
/// A policy's text, to be changed and sent back as <c>policy set &lt;name&gt;</c>; <see cref="Notes"/>: what is wrong
/// with it, none at first.
/// </summary>
public sealed record ReplyForm(string Name, string Yaml, ImmutableArray<string> Notes)
{
    /// <summary>What is sent back, as the command that it is.</summary>
    public static ImmutableArray<CommandPart> Submitted(string name, string yaml) =>
        [new CommandPart.Text($"policy set {name}\n{yaml}")];
}

/// <summary>Understands a chat command and carries it out. One grammar for both surfaces.</summary>
public sealed partial class CommandDesk
{
    /// <summary>
    /// Parses and runs one command. Anything not understood is answered with what was understood and the
    /// nearest command, and nothing is done. Never throws for what people type.
    /// </summary>
    public partial Task<Reply> RunAsync(
        ImmutableArray<CommandPart> text,
        Asker asker,
        CancellationToken cancel
    );
}

using System.Collections.Immutable;

namespace ChatApprovals.Policies;

/// <summary>Where something is in a text, both from 1, as editors count.</summary>
public sealed record YamlPlace(int Line, int Column);

/// <summary>What is wrong where, and what would be right.</summary>
public sealed record YamlFault(YamlPlace At, string Text)
{
    public override string ToString() => $"line {At.Line}, column {At.Column}: {Text}";
}

/// <summary>A piece of YAML that was read: only text, lists and maps, each where it begins.</summary>
internal abstract record YamlNode(YamlPlace At)
{
    /// <summary>A scalar. <see cref="IsPlain"/>: without quotes, so that it may be a number.</summary>
    public sealed record Text(YamlPlace At, string Value, bool IsPlain) : YamlNode(At);

    public sealed record List(YamlPlace At, ImmutableArray<YamlNode> Items) : YamlNode(At);

    public sealed record Map(YamlPlace At, ImmutableArray<YamlMember> Members) : YamlNode(At);

    public string Kind =>
        this switch
        {
            Text => "a text",
            List => "a list",
            _ => "a map",
        };
}

internal sealed record YamlMember(YamlPlace At, string Key, YamlNode Value);

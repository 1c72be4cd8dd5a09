using System.Collections.Immutable;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ChatApprovals.Policies;

/// <summary>
/// Reads the part of YAML that nobody can misread: one document of maps, lists and texts. No anchors,
/// aliases, merge keys, tags, directives or second documents, nothing twice, and nothing large.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>As UTF-8. Own limit, as for every command: a policy is a screenful.</summary>
    public const int BytesMax = 8 * 1024;

    /// <summary>Own limit: a policy has four levels.</summary>
    private const int DepthMax = 6;

    /// <summary>Own limit, far above what a policy has.</summary>
    private const int NodesMax = 500;

    private readonly Parser _parser;
    private int _nodes;

    private YamlTree(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>The document, or the first thing that is wrong with it. Never throws.</summary>
    public static (YamlNode? Root, YamlFault? Fault) Read(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > BytesMax)
        {
            return (
                null,
                new YamlFault(new YamlPlace(1, 1), $"it is longer than {BytesMax} bytes")
            );
        }

        try
        {
            return (new YamlTree(text).Document(), null);
        }
        catch (FaultException fault)
        {
            return (null, fault.Fault);
        }
        catch (YamlException error)
        {
            return (null, TabIn(text) ?? Told(error));
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // The library stumbles over some broken texts instead of saying where they are broken.
            return (null, new YamlFault(new YamlPlace(1, 1), "this is not YAML"));
        }
    }

    private YamlNode Document()
    {
        Next();
        Take<StreamStart>();
        if (Current is not DocumentStart start)
        {
            throw Wrong(Current, "there is no YAML here");
        }

        if (
            start.Version is not null
            || start.Tags?.Any(t => t.Handle is not ("!" or "!!")) is true
        )
        {
            throw Wrong(start, "directives (%) are not allowed");
        }

        Next();
        var root = Node(depth: 1);
        Take<DocumentEnd>();
        return Current is StreamEnd
            ? root
            : throw Wrong(Current, "there is a second document; write one policy only");
    }

    private YamlNode Node(int depth)
    {
        var current = Current;
        if (depth > DepthMax)
        {
            throw Wrong(current, "it is nested too deeply");
        }

        if (++_nodes > NodesMax)
        {
            throw Wrong(current, $"it has more than {NodesMax} parts");
        }

        switch (current)
        {
            case AnchorAlias:
                throw Wrong(
                    current,
                    "aliases (*) are not allowed; write it out, or quote a text with *"
                );
            case NodeEvent { Anchor.IsEmpty: false }:
                throw Wrong(
                    current,
                    "anchors (&) are not allowed; write it out, or quote the text"
                );
            case NodeEvent { Tag.IsEmpty: false }:
                throw Wrong(
                    current,
                    "tags (!) are not allowed; quote the text if it begins with !"
                );
            case Scalar scalar:
                Next();
                return new YamlNode.Text(
                    PlaceOf(scalar.Start),
                    scalar.Value,
                    scalar.Style == ScalarStyle.Plain
                );
            case SequenceStart:
                return List(current, depth);
            default:
                return Map(current, depth);
        }
    }

    private YamlNode.List List(ParsingEvent start, int depth)
    {
        Next();
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (Current is not SequenceEnd)
        {
            items.Add(Node(depth + 1));
        }

        Next();
        return new YamlNode.List(PlaceOf(start.Start), items.ToImmutable());
    }

    private YamlNode.Map Map(ParsingEvent start, int depth)
    {
        Next();
        var members = ImmutableArray.CreateBuilder<YamlMember>();
        while (Current is not MappingEnd)
        {
            if (Node(depth + 1) is not YamlNode.Text key)
            {
                throw Wrong(start, "a key must be a word");
            }

            if (key is { Value: "<<", IsPlain: true })
            {
                throw new FaultException(new YamlFault(key.At, "merge keys (<<) are not allowed"));
            }

            if (members.Any(m => string.Equals(m.Key, key.Value, StringComparison.Ordinal)))
            {
                throw new FaultException(
                    new YamlFault(key.At, $"\"{key.Value}\" is there twice; keep one of them")
                );
            }

            members.Add(new YamlMember(key.At, key.Value, Node(depth + 1)));
        }

        Next();
        return new YamlNode.Map(PlaceOf(start.Start), members.ToImmutable());
    }

    private void Take<T>()
        where T : ParsingEvent
    {
        if (Current is not T)
        {
            throw Wrong(Current, "this does not belong here");
        }

        Next();
    }

    /// <summary>After some errors the library has no event left, and would go on for ever.</summary>
    private ParsingEvent Current => _parser.Current ?? throw new YamlException("it ends too soon");

    private void Next() => _parser.MoveNext();

    private static FaultException Wrong(ParsingEvent at, string text) =>
        new(new YamlFault(PlaceOf(at.Start), text));

    private static YamlPlace PlaceOf(Mark mark) =>
        new((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    /// <summary>The commonest mistake, which the library does not name: a tab that indents.</summary>
    private static YamlFault? TabIn(string text)
    {
        var lines = text.Split('\n');
        var at = Array.FindIndex(lines, l => l.TrimStart(' ').StartsWith('\t'));
        return at < 0
            ? null
            : new YamlFault(
                new YamlPlace(at + 1, lines[at].IndexOf('\t', StringComparison.Ordinal) + 1),
                "this is not YAML: indent with spaces, not with tabs"
            );
    }

    private static YamlFault Told(YamlException error) =>
        new(PlaceOf(error.Start), $"this is not YAML: {Unmarked(error.Message)}");

    private static string Unmarked(string message)
    {
        var end = message.IndexOf("): ", StringComparison.Ordinal);
        var words = message.StartsWith('(') && end > 0 ? message[(end + 3)..] : message;
        return words.TrimEnd('.', ' ');
    }

    private sealed class FaultException(YamlFault fault) : Exception(fault.Text)
    {
        public YamlFault Fault => fault;
    }
}

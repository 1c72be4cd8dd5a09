using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// Where a body is in the source, as the compiler wrote it into the assembly's symbols. An async method's
/// body is found at its state machine's <c>MoveNext</c>, a lambda's at its own method. <c>File</c> is
/// relative to the repository; <c>Length</c> counts lines from the first statement to the end of the last.
/// </summary>
internal sealed record MethodLines(string File, int First, int Length)
{
    /// <summary>All bodies of an assembly that were written by hand, by metadata token.</summary>
    public static Dictionary<int, MethodLines> Of(Assembly assembly)
    {
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(
            System.IO.File.OpenRead(Path.ChangeExtension(assembly.Location, ".pdb"))
        );
        var reader = pdb.GetMetadataReader();
        var bodies = new Dictionary<int, MethodLines>();
        foreach (var handle in reader.MethodDebugInformation)
        {
            var method = reader.GetMethodDebugInformation(handle);
            if (!method.Document.IsNil && Body(reader, method) is { } body)
            {
                bodies[MetadataTokens.GetToken(handle.ToDefinitionHandle())] = body;
            }
        }

        return bodies;
    }

    private static MethodLines? Body(MetadataReader reader, MethodDebugInformation method)
    {
        var document = reader.GetDocument(method.Document);
        var file = SourceTree.Relative(reader.GetString(document.Name));
        var points = method.GetSequencePoints().Where(p => !p.IsHidden).ToArray();
        if (points is [] || file.StartsWith("..", StringComparison.Ordinal) || IsGenerated(file))
        {
            return null;
        }

        var first = points.Min(p => p.StartLine);
        return new MethodLines(file, first, points.Max(p => p.EndLine) - first + 1);
    }

    private static bool IsGenerated(string file) =>
        file.Contains("/obj/", StringComparison.Ordinal)
        || file.EndsWith(".g.cs", StringComparison.Ordinal);
}

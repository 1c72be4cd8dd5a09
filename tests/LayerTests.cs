using System.Reflection;
using System.Text.RegularExpressions;
using ChatApprovals.Cards;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests;

/// <summary>
/// The fence inside <c>bot</c>: a folder names only the folders beneath it. Read from the compiled code,
/// where a qualified name hides as little as an imported one, and from the imports.
/// </summary>
public sealed partial class LayerTests
{
    private const string Product = "ChatApprovals";

    private static readonly string[] s_beneathStores =
    [
        "Desk",
        "Approvals",
        "Ledger",
        "Grants",
        "Jose",
        "Cards",
    ];

    /// <summary>Which folders each folder may name. The host, <c>bot/*.cs</c>, may name all.</summary>
    private static readonly Dictionary<string, string[]> s_mayName = new(StringComparer.Ordinal)
    {
        ["Cards"] = [],
        ["Approvals"] = [],
        ["Ledger"] = [],
        ["Jose"] = [],
        // A client over HTTP: of ours it needs only what makes hostile text visible.
        ["Ask"] = ["Cards"],
        ["Grants"] = ["Approvals", "Jose"],
        ["Desk"] = ["Approvals", "Ledger", "Grants", "Jose", "Cards"],
        ["Policies"] = ["Approvals"],
        ["Stores"] = s_beneathStores,
        ["Anchors"] = ["Desk", "Policies", "Approvals", "Ledger", "Jose", "Http"],
        ["Export"] = ["Desk", "Anchors", "Approvals", "Ledger", "Jose", "Http", "Cards"],
        ["Admin"] = ["Desk", "Anchors", "Export", "Policies", "Approvals", "Cards"],
        ["Http"] = ["Desk", "Approvals"],
        ["Inbox"] = ["Desk", "Approvals", "Grants", "Http"],
        ["Mcp"] = ["Desk", "Approvals", "Grants", "Http", "Inbox"],
        ["Guard"] = ["Desk", "Approvals", "Grants", "Http", "Inbox"],
        ["Api"] = ["Desk", "Admin", "Approvals", "Jose", "Http"],
        ["Callbacks"] = ["Desk", "Approvals", "Http"],
        ["Slack"] = ["Desk", "Admin", "Approvals", "Cards"],
        ["Teams"] = ["Desk", "Admin", "Approvals", "Cards", "Jose"],
    };

    private static Assembly Bot => typeof(BotHost).Assembly;

    [Fact]
    public void A_folder_names_only_the_folders_beneath_it()
    {
        var lines = MethodLines.Of(Bot);
        var breaches =
            from type in Bot.GetTypes()
            let folder = Folder(type)
            where folder is { Length: > 0 }
            from named in Named(type, lines)
            where !MayName(folder, named.Folder)
            select $"{named.File} names {Say(named.Folder)}";
        var all = breaches.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        Assert.True(all is [], string.Join('\n', all));
    }

    /// <summary>Constants leave no trace in compiled code: what a file imports must be beneath it too.</summary>
    [Fact]
    public void A_file_imports_only_the_folders_beneath_its_own()
    {
        var breaches =
            from file in SourceTree.Files(".cs")
            let folder = Within(NamespaceOf(file))
            where folder is not null && s_mayName.ContainsKey(folder)
            from line in SourceTree.Lines(file)
            let imported = Imports().Match(line).Groups["folder"].Value
            where imported.Length > 0 && !MayName(folder, imported)
            select $"{file} imports {imported}";
        Assert.Empty(breaches);
    }

    [Fact]
    public void Every_folder_of_the_bot_has_its_place_in_the_table() =>
        Assert.Empty(
            Bot.GetTypes()
                .Select(Folder)
                .OfType<string>()
                .Where(f => f.Length > 0 && !s_mayName.ContainsKey(f))
                .Distinct(StringComparer.Ordinal)
        );

    [Fact]
    public void The_cards_reference_nothing_of_ours() =>
        Assert.Empty(OursIn(typeof(Card).Assembly));

    [Fact]
    public void The_bot_references_only_the_cards_and_the_playground_nothing_of_ours()
    {
        Assert.Equal(typeof(Card).Assembly.GetName().Name, Assert.Single(OursIn(Bot)));
        Assert.Empty(OursIn(typeof(PlaygroundHost).Assembly));
    }

    [Fact]
    public void A_files_namespace_is_its_folder()
    {
        var misplaced =
            from file in SourceTree.Files(".cs")
            from line in SourceTree.Lines(file)
            where line.StartsWith("namespace ", StringComparison.Ordinal)
            where !string.Equals(line, $"namespace {NamespaceOf(file)};", StringComparison.Ordinal)
            select $"{file} says '{line}'";
        Assert.Empty(misplaced);
    }

    /// <summary>The fence must see: the host names every folder, so all of them are found there.</summary>
    [Fact]
    public void The_names_in_bodies_and_signatures_are_found()
    {
        var lines = MethodLines.Of(Bot);
        var named = Bot.GetTypes()
            .Where(t => Folder(t) is "")
            .SelectMany(t => Named(t, lines))
            .ToArray();
        Assert.Contains(("bot/BotHost.cs", "Desk"), named);
        Assert.Contains(("bot/BotHost.cs", "Stores"), named);
    }

    private static IEnumerable<(string File, string Folder)> Named(
        Type type,
        Dictionary<int, MethodLines> lines
    )
    {
        var methods = CompiledNames.Methods(type).ToArray();
        var home =
            methods
                .Select(m => lines.GetValueOrDefault(m.MetadataToken)?.File)
                .FirstOrDefault(f => f is not null)
            ?? type.FullName!;
        return methods
            .SelectMany(m =>
                Folders(CompiledNames.In(m))
                    .Select(f => (lines.GetValueOrDefault(m.MetadataToken)?.File ?? home, f))
            )
            .Concat(Folders(CompiledNames.InDeclaration(type)).Select(f => (home, f)));
    }

    private static IEnumerable<string> Folders(IEnumerable<Type> types) =>
        types.Select(Folder).OfType<string>().Distinct(StringComparer.Ordinal);

    private static bool MayName(string folder, string other) =>
        string.Equals(folder, other, StringComparison.Ordinal)
        || !s_mayName.TryGetValue(folder, out var beneath)
        || beneath.Contains(other, StringComparer.Ordinal);

    private static string? Folder(Type type) => Within(type.Namespace);

    /// <summary>Null: not ours. Empty: the host.</summary>
    private static string? Within(string? name) =>
        name switch
        {
            Product => "",
            not null when name.StartsWith(Product + ".", StringComparison.Ordinal) => name[
                (Product.Length + 1)..
            ],
            _ => null,
        };

    private static string Say(string folder) => folder.Length == 0 ? "the host" : folder;

    private static IEnumerable<string?> OursIn(Assembly assembly) =>
        assembly
            .GetReferencedAssemblies()
            .Select(a => a.Name)
            .Where(n => n?.StartsWith(Product, StringComparison.Ordinal) is true);

    /// <summary><c>bot/Slack/X.cs</c> is in ChatApprovals.Slack, <c>tests/Slack/X.cs</c> in ChatApprovals.Tests.Slack.</summary>
    private static string NamespaceOf(string file)
    {
        var folders = file.Split('/')[..^1];
        string[] parts = folders is ["bot", .. var inside]
            ? inside
            : [.. folders.Select(f => char.ToUpperInvariant(f[0]) + f[1..])];
        return string.Join('.', parts.Prepend(Product));
    }

    [GeneratedRegex(
        @"^(global )?using (static )?(\w+ = )?ChatApprovals\.(?<folder>\w+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Imports();
}

using System.Reflection;
using System.Text.RegularExpressions;
using ChatApprovals.Cards;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests;

/// <summary>What is true of every file, function and name here.</summary>
public sealed partial class ShapeTests
{
    private const int FileMax = 300;
    private const int FunctionMax = 50;

    private const BindingFlags Own =
        BindingFlags.DeclaredOnly
        | BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static;

    private static readonly Assembly[] s_product =
    [
        typeof(BotHost).Assembly,
        typeof(Card).Assembly,
        typeof(PlaygroundHost).Assembly,
    ];

    private static readonly HashSet<string> s_saysNothing =
    [
        "Manager",
        "Helper",
        "Helpers",
        "Service",
        "Handler",
        "Processor",
        "Impl",
        "Util",
        "Utils",
    ];

    /// <summary>What nobody who waits for it may stop halfway: methods, or types for all of theirs.</summary>
    private static readonly Dictionary<string, string> s_uncancelled = new(StringComparer.Ordinal)
    {
        ["BotHost"] = "the process: signals end it",
        ["Errands"] = "work after the answer: the host's stop ends it",
        ["FirstStart.RunAsync"] = "the first commit, before anything listens",
        ["CopyDrawing.RecordAsync"] = "what was sent is remembered, even while stopping",
        ["CopyDrawing.RetryAsync"] = "what was sent is remembered, even while stopping",
        ["ReplayCache.OnceAsync"] = "Slack's second delivery waits for the first one's work",
        ["SlackInbound"] = "Slack hanging up must not undo a click: the host's stop ends it",
        ["TeamsInbound"] = "Teams hanging up must not undo a click: the host's stop ends it",
        ["IssuerKeys.FetchAsync"] = "one request's end must not cost the others the keys",
        ["IssuerKeys.RenewAsync"] = "one request's end must not cost the others the keys",
        ["TeamsOnce.RunAsync"] = "a second delivery waits for the first one's work",
        ["Waiters.Next"] = "hands out a task; the caller waits for it as long as it likes",
        ["TeamsPlatform.Refresh"] = "the platform's own end stops it",
    };

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        None(
            SourceTree
                .Files(".cs", ".js", ".mjs", ".css", ".sql")
                .Select(f => (File: f, SourceTree.Lines(f).Length))
                .Where(f => f.Length > FileMax)
                .Select(f => $"{f.File} has {f.Length} lines")
        );

    [Fact]
    public void No_function_is_longer_than_50_lines()
    {
        // Field initialisers count as the constructor's, which has no place of its own then: left out.
        var tooLong =
            from assembly in s_product.Append(typeof(ShapeTests).Assembly)
            let lines = MethodLines.Of(assembly)
            from type in assembly.GetTypes()
            from method in CompiledNames.Methods(type)
            where method is not ConstructorInfo && !IsTestData(method)
            let body = lines.GetValueOrDefault(method.MetadataToken)
            where body?.Length > FunctionMax
            select $"{body.File}:{body.First} has {body.Length} lines";
        None(tooLong);
    }

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Assert.DoesNotContain(
            Written().Select(t => t.Name),
            n => Words().Matches(n).Select(w => w.Value).Any(s_saysNothing.Contains)
        );

    [Fact]
    public void There_are_interfaces_only_where_there_are_two_implementations() =>
        Assert.Equal(
            "IAnchor, IStore, IStoreTransaction, ISurface",
            string.Join(
                ", ",
                Written()
                    .Where(t => t.IsInterface)
                    .Select(t => t.Name)
                    .Order(StringComparer.Ordinal)
            )
        );

    [Fact]
    public void What_takes_a_cancellation_token_takes_it_last_as_cancel_and_must_be_given_it()
    {
        var wrong =
            from method in OwnMethods()
            let parameters = method.GetParameters().Where(p => !IsParams(p)).ToArray()
            where parameters.Any(p => p.ParameterType == typeof(CancellationToken))
            where
                parameters[^1]
                    is not {
                        ParameterType.Name: "CancellationToken",
                        Name: "cancel",
                        IsOptional: false
                    }
            select Say(method);
        None(wrong);
    }

    [Fact]
    public void What_takes_time_can_be_cancelled()
    {
        var cannot =
            from method in OwnMethods()
            where IsAsync(method.ReturnType)
            where !method.GetParameters().Any(p => p.ParameterType == typeof(CancellationToken))
            // An endpoint is cancelled by its request.
            where !method.GetParameters().Any(p => p.ParameterType == typeof(HttpContext))
            select Say(method);
        var names = cannot.Distinct(StringComparer.Ordinal).ToArray();
        None(names.Where(n => !s_uncancelled.Keys.Any(k => Covers(k, n))));
        None(s_uncancelled.Keys.Where(k => !names.Any(n => Covers(k, n))).Select(k => $"{k} can"));

        static bool Covers(string exception, string name) =>
            $"{name}.".StartsWith($"{exception}.", StringComparison.Ordinal);
    }

    /// <summary>Says all of them: xunit would show the first five.</summary>
    private static void None(IEnumerable<string> found)
    {
        var all = found.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        Assert.True(all is [], string.Join('\n', all));
    }

    private static IEnumerable<Type> Written() =>
        s_product
            .SelectMany(a => a.GetTypes())
            .Where(t => t.Namespace?.StartsWith("ChatApprovals", StringComparison.Ordinal) is true)
            .Where(t => !t.FullName!.Contains('<', StringComparison.Ordinal));

    /// <summary>Neither generated nor somebody else's to name: overrides keep their base's parameters.</summary>
    private static IEnumerable<MethodInfo> OwnMethods() =>
        Written()
            .Where(t => !t.IsSubclassOf(typeof(Delegate)))
            .SelectMany(t => t.GetMethods(Own))
            .Where(m => !m.IsSpecialName && !m.Name.Contains('<', StringComparison.Ordinal))
            .Where(m => m.GetBaseDefinition() == m && !IsTheirs(m));

    private static bool IsTheirs(MethodInfo method) =>
        !method.DeclaringType!.IsInterface
        && method
            .DeclaringType.GetInterfaces()
            .Where(i => !s_product.Contains(i.Assembly))
            .Select(method.DeclaringType.GetInterfaceMap)
            .Any(map => map.TargetMethods.Contains(method));

    /// <summary>A test's property is a table.</summary>
    private static bool IsTestData(MethodBase method) =>
        method.IsSpecialName && method.DeclaringType!.Assembly == typeof(ShapeTests).Assembly;

    private static bool IsParams(ParameterInfo parameter) =>
        parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false);

    private static bool IsAsync(Type type) =>
        type == typeof(Task)
        || type == typeof(ValueTask)
        || (
            type.IsGenericType
            && type.GetGenericTypeDefinition() is var definition
            && (
                definition == typeof(Task<>)
                || definition == typeof(ValueTask<>)
                || definition == typeof(IAsyncEnumerable<>)
            )
        );

    private static string Say(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    [GeneratedRegex("[A-Z][a-z]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Words();
}

using System.Collections.Immutable;
using System.Globalization;

namespace ChatApprovals.Ask;

/// <summary>What <see cref="AskWords"/> makes of a command line.</summary>
public abstract record AskReading
{
    private AskReading() { }

    public sealed record Told(AskOptions Options) : AskReading;

    public sealed record Help : AskReading;

    /// <summary>A sentence that says how to mend it.</summary>
    public sealed record Wrong(string Sentence) : AskReading;
}

/// <summary>
/// Reads <c>ask</c>'s command line: <c>--name value</c> or <c>--name=value</c>, and after <c>--</c> the command,
/// untouched. Nothing is guessed: a word that is not known, or given twice, is refused. Pure.
/// </summary>
public static class AskWords
{
    private delegate AskOptions Set(AskOptions options, string value);

    /// <summary>At most once each.</summary>
    private static readonly Dictionary<string, Set> s_once = new(StringComparer.Ordinal)
    {
        ["--url"] = (o, v) => o with { Url = v },
        ["--key-file"] = (o, v) => o with { KeyFile = v },
        ["--from-file"] = (o, v) => o with { FromFile = v },
        ["--terraform-plan"] = (o, v) => o with { TerraformPlan = v },
        ["--action"] = (o, v) => o with { Action = v },
        ["--resource"] = (o, v) => o with { Resource = Resource(v) },
        ["--env"] = (o, v) => o with { Environment = v },
        ["--initiator"] = (o, v) => o with { Initiator = v },
        ["--justification"] = (o, v) => o with { Justification = v },
        ["--risk"] = (o, v) => o with { Risk = v },
        ["--undo"] = (o, v) => o with { Undo = v },
        ["--audience"] = (o, v) => o with { Audience = v },
        ["--diff"] = (o, v) => o with { DiffFile = v },
        ["--timeout"] = (o, v) => o with { Timeout = Seconds("--timeout", v) },
        ["--patience"] = (o, v) => o with { Patience = Seconds("--patience", v) },
        ["--idempotency-key"] = (o, v) => o with { IdempotencyKey = v },
    };

    /// <summary>As often as needed.</summary>
    private static readonly Dictionary<string, Set> s_many = new(StringComparer.Ordinal)
    {
        ["--property"] = (o, v) => o with { Properties = o.Properties.Add(Pair(v)) },
        ["--resource-property"] = (o, v) =>
            o with
            {
                ResourceProperties = o.ResourceProperties.Add(Pair(v)),
            },
        ["--on-behalf-of"] = (o, v) => o with { Behalf = o.Behalf.Add(v) },
        ["--context"] = (o, v) => o with { Context = o.Context.Add(Pair(v)) },
        ["--data-scope"] = (o, v) => o with { DataScope = o.DataScope.Add(Pair(v)) },
        ["--fact"] = (o, v) => o with { Facts = o.Facts.Add(Pair(v)) },
        ["--link"] = (o, v) => o with { Links = o.Links.Add(Pair(v)) },
        ["--log"] = (o, v) => o with { Logs = o.Logs.Add(v) },
        ["--bind"] = (o, v) => o with { Binds = o.Binds.Add(v) },
    };

    private static readonly Dictionary<string, Func<AskOptions, AskOptions>> s_flags = new(
        StringComparer.Ordinal
    )
    {
        ["--plain-http"] = o => o with { PlainHttp = true },
        ["--consume"] = o => o with { Consume = true },
        ["--guarded"] = o => o with { Guarded = true },
        ["--json"] = o => o with { Json = true },
        ["--dry-run"] = o => o with { DryRun = true },
    };

    /// <summary>Every option, as it is typed.</summary>
    public static IEnumerable<string> All => [.. s_once.Keys, .. s_many.Keys, .. s_flags.Keys];

    public static AskReading Read(IReadOnlyList<string> words)
    {
        try
        {
            return ReadAll(words);
        }
        catch (FormatException error)
        {
            return new AskReading.Wrong(error.Message);
        }
    }

    private static AskReading ReadAll(IReadOnlyList<string> words)
    {
        var options = new AskOptions();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] is "--")
            {
                options = options with { Command = [.. words.Skip(i + 1)] };
                return options.Command.IsEmpty
                    ? new AskReading.Wrong("a command is expected after --")
                    : Sensible(options);
            }

            if (words[i] is "--help" or "-h" or "-?")
            {
                return new AskReading.Help();
            }

            options = One(options, words, ref i, seen);
        }

        return Sensible(options);
    }

    private static AskOptions One(
        AskOptions options,
        IReadOnlyList<string> words,
        ref int at,
        HashSet<string> seen
    )
    {
        var (name, value) = words[at].Split('=', 2) is [var before, var after]
            ? (before, after)
            : (words[at], null);
        if (s_flags.TryGetValue(name, out var flag))
        {
            return value is null
                ? flag(options)
                : throw new FormatException($"{name} has no value");
        }

        var isOnce = s_once.TryGetValue(name, out var set);
        if (!isOnce && !s_many.TryGetValue(name, out set))
        {
            throw new FormatException(Unknown(name));
        }

        if (isOnce && !seen.Add(name))
        {
            throw new FormatException($"{name} is given twice");
        }

        value ??= ++at < words.Count && words[at] is not "--" ? words[at] : "";
        return value.Length > 0
            ? set!(options, value)
            : throw new FormatException($"{name} needs a value");
    }

    /// <summary>Whoever types a key has shown it to everybody on the machine: say how it is given.</summary>
    private static string Unknown(string name) =>
        name is "--key"
            ? "a key is no argument: everybody on this machine can read it there (and now has to be rotated); "
                + "set APPROVALS_KEY or use --key-file"
        : name.StartsWith('-') ? $"there is no option {name}: see ask --help"
        : $"'{name}' is no option: a command comes after --";

    private static AskReading Sensible(AskOptions options) =>
        options switch
        {
            { Consume: true, Guarded: true } => new AskReading.Wrong(
                "--consume (ask uses the grant itself) and --guarded (somebody else does) exclude each other"
            ),
            { Guarded: true, Binds.IsEmpty: false } => new AskReading.Wrong(
                "--bind and --guarded exclude each other: the guard says what is bound"
            ),
            { Consume: true, Command.IsEmpty: true } => new AskReading.Wrong(
                "--consume needs a command: what is used up has to run"
            ),
            _ => new AskReading.Told(options),
        };

    private static (string Type, string Id) Resource(string value) =>
        value.Split('/', 2) is [{ Length: > 0 } type, { Length: > 0 } id]
            ? (type, id)
            : throw new FormatException("--resource is type/id, as in aws.iam.role/deployer");

    /// <summary><c>name=text</c> or <c>name:=json</c>; the name ends at the first <c>=</c>.</summary>
    private static AskPair Pair(string value)
    {
        if (value.Split('=', 2) is not [{ Length: > 0 } name, var text] || name is ":")
        {
            throw new FormatException($"'{value}' is not name=value");
        }

        return name.EndsWith(':')
            ? new AskPair(name[..^1], text, IsJson: true)
            : new AskPair(name, text, IsJson: false);
    }

    /// <summary><c>90s</c>, <c>15m</c>, <c>24h</c>, or seconds. The bot says what it allows.</summary>
    private static int Seconds(string name, string value)
    {
        var factor = value[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            _ => 0,
        };
        var number = factor == 0 ? value : value[..^1];
        // Contract section 2: 5 s to 24 h.
        return
            int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and <= 86_400
            && count * Math.Max(factor, 1) is >= 5 and <= 86_400 and var seconds
            ? seconds
            : throw new FormatException($"{name} is 5s to 24h, as in 90s, 15m or 2h");
    }
}

using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>
/// What follows <c>guard add</c>: an external guard (<c>audience</c> alone) or a guarded endpoint
/// (<c>upstream</c>, then whatever else in any order, each once but <c>header</c>). Pure.
/// </summary>
internal static class GuardArguments
{
    public const string Usage =
        "<name> audience <aud>, or <name> upstream <url> [audience <aud>] "
        + "[header <Name> from env:VAR|file:NAME]… [bind <Header>…] [methods <M>…] [private] [current]";

    /// <summary>As long as a request's <c>audience</c> may be.</summary>
    private const int AudienceMax = 2_048;

    private static readonly ImmutableArray<string> s_words =
    [
        "upstream",
        "audience",
        "header",
        "bind",
        "methods",
        "private",
        "current",
    ];

    public static Command.GuardAdd? Read(Arguments a)
    {
        if (a.Agent() is not { } name || Clauses(a) is not { } said)
        {
            return null;
        }

        var audience = said.TryGetValue("audience", out var words) ? words[0] : null;
        if (audience is not null && !IsAudience(audience))
        {
            return a.Fail<Command.GuardAdd>(
                $"An audience is 1 to {AudienceMax} visible ASCII characters without spaces."
            );
        }

        if (said.ContainsKey("upstream"))
        {
            return Upstream(a, said) is { } upstream
                ? new Command.GuardAdd(name, audience) { Upstream = upstream }
                : null;
        }

        return audience is null
                ? a.Fail<Command.GuardAdd>("It names neither an audience nor an upstream.")
            : said.Count > 1
                ? a.Fail<Command.GuardAdd>(
                    "Only a guard with an upstream has more than an audience."
                )
            : new Command.GuardAdd(name, audience);
    }

    /// <summary>Every clause by its word; of <c>header</c>, name and source one after the other.</summary>
    private static Dictionary<string, ImmutableArray<string>>? Clauses(Arguments a)
    {
        var said = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        while (!a.AtEnd)
        {
            if (a.OneOf(s_words) is not { } word || Values(a, word) is not { } values)
            {
                return null;
            }

            if (word is "header" && said.TryGetValue(word, out var earlier))
            {
                said[word] = earlier.AddRange(values);
            }
            else if (!said.TryAdd(word, values))
            {
                a.Fail<object>($"\"{word}\" is said twice.");
                return null;
            }
        }

        return said;
    }

    private static ImmutableArray<string>? Values(Arguments a, string word) =>
        word switch
        {
            "private" or "current" => [],
            "upstream" => One(a.Word("the upstream, for example https://iam.acme.example/v1")),
            "audience" => One(a.Word("the audience, for example https://iam-guard.acme.example")),
            "header" => a.Word("the header's name") is { } name
            && a.Keyword("from")
            && a.Word("env:VARIABLE or file:NAME") is { } from
                ? [name, from]
                : null,
            "bind" => a.WordsBefore("the name of a header", s_words),
            _ => a.WordsBefore("a method such as GET", s_words),
        };

    private static Upstream? Upstream(Arguments a, Dictionary<string, ImmutableArray<string>> said)
    {
        var url = said["upstream"][0];
        ImmutableArray<HeldHeader> headers =
        [
            .. Of("header").Chunk(2).Select(pair => new HeldHeader(pair[0], pair[1])),
        ];
        var (bind, isPrivate) = (Of("bind"), said.ContainsKey("private"));
        var methods = said.TryGetValue("methods", out var named)
            ? named
            : Approvals.Upstream.UsualMethods;
        var problem =
            Approvals.Upstream.Problem(url, isPrivate)
            ?? Headers(headers, bind)
            ?? methods
                .Where(m => !HttpText.IsMethod(m))
                .Select(m => $"\"{m}\" is no method that is sent on: write it in capitals.")
                .FirstOrDefault();
        return problem is not null
            ? a.Fail<Upstream>(problem)
            : new Upstream(url.TrimEnd('/'), headers, bind, methods, isPrivate)
            {
                Current = said.ContainsKey("current"),
            };

        ImmutableArray<string> Of(string word) => said.GetValueOrDefault(word, []);
    }

    private static string? Headers(ImmutableArray<HeldHeader> held, ImmutableArray<string> bind)
    {
        var names = held.Select(h => h.Name).Concat(bind).ToList();
        return held.Length > Approvals.Upstream.HeadersMax
            || bind.Length > Approvals.Upstream.HeadersMax
                ? $"More than {Approvals.Upstream.HeadersMax} headers."
            : names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Count
                ? "A header is named twice."
            : held.FirstOrDefault(h => !HttpText.MayHold(h.Name)) is { } no
                ? $"\"{Say.Text(no.Name)}\" is no header that can be added."
            : held.FirstOrDefault(h => !HeldHeader.IsSource(h.From)) is { } odd
                ? $"\"{Say.Text(odd.From)}\" is neither env:VARIABLE (never one of the bot's own settings) nor file:NAME."
            : bind.FirstOrDefault(b => !HttpText.MayBind(b)) is { } bad
                ? $"\"{Say.Text(bad)}\" is no header that can be bound (Content-Type always is)."
            : null;
    }

    /// <summary>Compared byte by byte with what agents say, so nothing that looks like something else.</summary>
    private static bool IsAudience(string word) =>
        word.Length <= AudienceMax && word.All(c => c is > ' ' and <= '~');

    private static ImmutableArray<string>? One(string? word) => word is null ? null : [word];
}

using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Policies;

namespace ChatApprovals.Admin;

/// <summary>
/// What follows the words of a command, read from left to right. Every reader answers null when the next
/// token does not fit, and says so in <see cref="Problem"/> (the first one stays).
/// </summary>
public sealed class Arguments(ImmutableArray<CommandToken> tokens, int at, string? body)
{
    /// <summary>Own limit: each is asked of the platform's directory.</summary>
    public const int MentionsMax = 50;

    /// <summary>Own limit, far above what an agent asks for.</summary>
    private const int GlobLengthMax = 200;

    private const string AMention = "a real mention: type @ and pick the person from the list";

    private int _at = at;

    /// <summary>What does not fit, in a sentence; null while all is well.</summary>
    public string? Problem { get; private set; }

    public bool AtEnd => _at == tokens.Length;

    /// <summary>Whether a person or an account is next: a real mention, or a word like an account.</summary>
    public bool IsAtAccount =>
        !AtEnd
        && (
            tokens[_at] is CommandToken.Mention
            || PeekWord()?.Contains(':', StringComparison.Ordinal) == true
        );

    /// <summary>What has been read so far, as it was typed.</summary>
    public string ReadSoFar => string.Join(' ', tokens.Take(_at).Select(Shown));

    public static string Shown(CommandToken token) =>
        token is CommandToken.Mention mention
            ? "@" + mention.Shown.TrimStart('@')
            : ((CommandToken.Word)token).Value;

    /// <summary>The text that came after the words (YAML, JSON), as it was meant; null when there is none.</summary>
    public string? Body() => body is null ? null : ChatYaml.Clean(body);

    /// <summary>The same as it was typed, for people and agents to read.</summary>
    public string? Text => body?.Trim();

    /// <summary>True when nothing is left over.</summary>
    public bool End() =>
        AtEnd || Fail<object>($"Do not know what to do with \"{Shown(tokens[_at])}\".") is not null;

    /// <summary>True when the next word is this one, and it was read.</summary>
    public bool Keyword(string word)
    {
        if (PeekWord() is { } next && next.Equals(word, StringComparison.OrdinalIgnoreCase))
        {
            _at++;
            return true;
        }

        Expected($"the word \"{word}\"");
        return false;
    }

    /// <summary>The next word, when it is one of these.</summary>
    public string? OneOf(ImmutableArray<string> words)
    {
        var next = PeekWord()?.ToLowerInvariant();
        if (next is null || !words.Contains(next, StringComparer.Ordinal))
        {
            return Expected($"one of the words {string.Join(", ", words)}");
        }

        _at++;
        return next;
    }

    /// <summary>The words up to one of these, or to the end; at least one.</summary>
    public ImmutableArray<string>? WordsBefore(string what, ImmutableArray<string> ends)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        do
        {
            if (Word(what) is not { } word)
            {
                return null;
            }

            words.Add(word.TrimEnd(','));
        } while (PeekWord() is { } next && !ends.Contains(next, StringComparer.OrdinalIgnoreCase));
        return [.. words.Distinct(StringComparer.Ordinal)];
    }

    public AgentName? Agent()
    {
        if (Word("the agent's name") is not { } word)
        {
            return null;
        }

        if (AgentName.TryParse(word, provider: null, out var name))
        {
            return name;
        }

        NotAName(word);
        return null;
    }

    /// <summary>A group's or policy's name: the alphabet of agents' names, so that no two look alike.</summary>
    public string? Name(string what)
    {
        if (Word(what) is not { } word)
        {
            return null;
        }

        return AgentName.TryParse(word, provider: null, out _) ? word : NotAName(word);
    }

    public string? Word(string what)
    {
        if (PeekWord() is not { } word)
        {
            return Expected(what);
        }

        _at++;
        return word;
    }

    /// <summary>One or more people, each named once. Default when there is none.</summary>
    public ImmutableArray<Mentioned>? Mentions()
    {
        var people = ImmutableArray.CreateBuilder<Mentioned>();
        while (_at < tokens.Length && tokens[_at] is CommandToken.Mention mention)
        {
            _at++;
            if (people.All(p => p.Account != mention.Account))
            {
                people.Add(new Mentioned(mention.Account, mention.Shown));
            }
        }

        if (people.Count == 0)
        {
            Expected(AMention);
            return null;
        }

        if (people.Count > MentionsMax)
        {
            Fail<object>($"More than {MentionsMax} people at once.");
            return null;
        }

        return people.ToImmutable();
    }

    /// <summary>People and groups that a platform keeps, in any order; at least one of either.</summary>
    public Named? PeopleOrGroups()
    {
        var groups = ImmutableArray.CreateBuilder<GroupSource>();
        var people = ImmutableArray.CreateBuilder<Mentioned>();
        while (!AtEnd)
        {
            if (GroupSource.TryParse(PeekWord()?.TrimEnd(','), provider: null, out var group))
            {
                _at++;
                groups.Add(group);
            }
            else if (tokens[_at] is CommandToken.Mention && Mentions() is { } some)
            {
                people.AddRange(some);
            }
            else
            {
                break;
            }
        }

        if (groups.Count + people.Count == 0)
        {
            Expected(AMention);
            return null;
        }

        return new Named([.. people.DistinctBy(p => p.Account)], [.. groups.Distinct()]);
    }

    /// <summary>One account: a real mention, or the platform's own ids.</summary>
    public Mentioned? Account()
    {
        if (_at < tokens.Length && tokens[_at] is CommandToken.Mention mention)
        {
            _at++;
            return new Mentioned(mention.Account, mention.Shown);
        }

        if (Word("a real mention, or an account as slack:<team>:<user>") is not { } word)
        {
            return null;
        }

        return AccountId.TryParse(word, provider: null, out var account)
            ? new Mentioned(account, word)
            : Fail<Mentioned>(
                $"\"{Shown(new CommandToken.Word(word))}\" is not an account: slack:<team>:<user>, "
                    + "teams:<tenant>:<aadObjectId> or oidc:<issuer>:<subject>."
            );
    }

    /// <summary>
    /// As <see cref="Account"/>, or <c>oidc:&lt;subject&gt;</c> at the configured issuer, whatever that is:
    /// <see cref="Mentioned.IsSubject"/>.
    /// </summary>
    public Mentioned? AccountOrSubject()
    {
        if (PeekWord() is not { } word || !Mentioned.IsBare(word))
        {
            return Account();
        }

        _at++;
        return new Mentioned(default, word);
    }

    /// <summary>The patterns after <c>actions</c> up to the end; empty when the word is not there.</summary>
    public ImmutableArray<string>? Actions()
    {
        if (AtEnd)
        {
            return [];
        }

        if (!Keyword("actions"))
        {
            return null;
        }

        var globs = Rest("a pattern of actions, for example iam.*");
        var bad = globs?.FirstOrDefault(g => g.Length > GlobLengthMax || !g.All(IsPlain));
        return bad is null ? globs : NotAGlob(bad);
    }

    /// <summary>Every word that is left; at least one.</summary>
    public ImmutableArray<string>? Rest(string what)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        do
        {
            if (Word(what) is not { } word)
            {
                return null;
            }

            words.Add(word.TrimEnd(','));
        } while (!AtEnd);
        return [.. words.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Says what does not fit, if nothing was wrong before; always null.</summary>
    public T? Fail<T>(string problem)
        where T : class
    {
        Problem ??= problem;
        return null;
    }

    private string? Expected(string what) =>
        AtEnd
            ? Fail<string>($"It ends where {what} should follow.")
            : Fail<string>($"Found \"{Shown(tokens[_at])}\" where {what} should be.");

    private string? NotAName(string word) =>
        Fail<string>(
            $"\"{word}\" is not a name: use 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit."
        );

    private ImmutableArray<string>? NotAGlob(string word)
    {
        Fail<string>($"\"{word}\" is not a pattern of actions: use letters, digits, . _ - : / * ?");
        return null;
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || "._-:/*?".Contains(c);

    private string? PeekWord() =>
        _at < tokens.Length && tokens[_at] is CommandToken.Word word ? word.Value : null;
}

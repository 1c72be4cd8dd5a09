using System.Globalization;
using System.Text;

namespace ChatApprovals.Approvals;

/// <summary>
/// How an agent names a human behind a request: an address, an account, or something else, which is read as
/// the subject of an OpenID Connect account. What only resembles an address (with a name, a scheme or a
/// space) is none: it could not be compared. Pure.
/// </summary>
internal abstract record Identifier
{
    private const string Specials = "()<>[]:;,\\\"";

    private static readonly IdnMapping s_domains = new() { UseStd3AsciiRules = true };

    private readonly string _text;

    private Identifier(string text) => _text = text;

    private sealed record Email(string Address) : Identifier(Address);

    private sealed record OfAccount(AccountId Id) : Identifier(Id.ToString());

    private sealed record Subject(string Text) : Identifier(Text);

    public static Identifier Parse(string text)
    {
        var trimmed = text.Trim();
        return AccountId.TryParse(trimmed, provider: null, out var account) ? new OfAccount(account)
            : Plain(trimmed) is { } address ? new Email(address)
            : new Subject(trimmed);
    }

    /// <summary>Whether it means this person, by anything known of them at the time of a request made then.</summary>
    public bool Means(Person person, DateTimeOffset madeAt)
    {
        foreach (var known in KnownOf(person, madeAt))
        {
            if (
                Same(known, _text)
                || (this is Email && Plain(known) is { } address && Same(address, _text))
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether "not equal" means "not the same human": something of the same kind is known of them.
    /// </summary>
    /// <param name="same">All that is one person.</param>
    /// <param name="mustKnow">
    /// False while the directory has not been asked yet, which may tell an address or vouch for an account.
    /// Subjects are in no directory.
    /// </param>
    public bool IsComparableWith(IReadOnlyList<Person> same, bool mustKnow)
    {
        var accounts = same.SelectMany(p => p.Accounts).Select(a => a.Id);
        return this switch
        {
            Email => !mustKnow || same.Any(p => p.DirectoryEmails.Any()),
            OfAccount { Id: { Surface: not Surface.Api } id } => !mustKnow
                || accounts.Any(a => IsOfSamePlace(a, id)),
            OfAccount { Id: var id } => accounts.Any(a => IsOfSamePlace(a, id)),
            _ => accounts.Any(a => a.Surface == Surface.Api),
        };
    }

    private static IEnumerable<string> KnownOf(Person person, DateTimeOffset madeAt)
    {
        foreach (var account in person.Accounts)
        {
            yield return account.Id.ToString();
            if (account.Id.Surface == Surface.Api)
            {
                yield return account.Id.User;
                yield return $"oidc:{account.Id.Tenant}:{account.Id.User}";
            }
        }

        foreach (var name in person.NamesAt(madeAt))
        {
            yield return name;
        }
    }

    private static bool IsOfSamePlace(AccountId a, AccountId b) =>
        a.Surface == b.Surface && string.Equals(a.Tenant, b.Tenant, StringComparison.Ordinal);

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// A plain address (RFC 5321 dot-string and domain), look-alike forms of characters folded and the
    /// domain in its ASCII form; null for anything else.
    /// </summary>
    private static string? Plain(string text)
    {
        if (Ascii.IsValid(text) && !text.Contains('@', StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            text = text.Normalize(NormalizationForm.FormKC);
            var at = text.IndexOf('@', StringComparison.Ordinal);
            if (at < 1 || at != text.LastIndexOf('@') || !text[..at].All(IsLocal))
            {
                return null;
            }

            var domain = s_domains.GetAscii(text[(at + 1)..]);
            return domain.EndsWith('.') ? null : $"{text[..at]}@{domain}";
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLocal(char c) =>
        c is > ' ' and < '\x7f' && !Specials.Contains(c, StringComparison.Ordinal);
}

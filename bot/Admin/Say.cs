using System.Globalization;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Admin;

/// <summary>How answers write people, times and foreign text.</summary>
internal static class Say
{
    /// <summary>Own limit: a line of an answer; the card and the ledger have the whole.</summary>
    private const int LineMax = 400;

    /// <summary>Foreign text on one line: what is invisible is made visible, what is too long is cut.</summary>
    public static string Text(string raw)
    {
        var cut = raw.Length > LineMax ? raw[..LineMax] : raw;
        var line = CardText.Line(cut);
        return raw.Length > LineMax ? $"{line}… (cut)" : line;
    }

    public static string Name(Register register, PersonId id) =>
        register.Person(id) is { } person ? Name(person) : id.ToString();

    public static string Name(Person person) =>
        person.Accounts is [var first, ..]
            ? $"{Text(person.Name)} ({first.Id})"
            : Text(person.Name);

    public static string Names(Register register, IEnumerable<PersonId> people)
    {
        // Several ids may be one person by now.
        var names = string.Join(
            ", ",
            people.Select(p => Name(register, p)).Distinct(StringComparer.Ordinal)
        );
        return names.Length == 0 ? "nobody" : names;
    }

    /// <summary>Who could approve, and in whose place until when: <c>Bob (…) for Carol (…) until …</c>.</summary>
    public static string Candidates(Register register, IEnumerable<Candidate> people)
    {
        var names = string.Join(
            ", ",
            people.Select(c =>
                c.For.Aggregate(
                    Name(register, c.Person.Id),
                    (text, l) => $"{text} for {Name(register, l.From)} until {Time(l.Until)}"
                )
            )
        );
        return names.Length == 0 ? "nobody" : names;
    }

    /// <summary>A platform's group, and who is in it by what was read last.</summary>
    public static string Group(Register register, GroupSource group) =>
        register.PlatformGroupOf(group) is not { } known ? $"{group} (not read yet)"
        : !register.IsRead(group)
            ? $"{group} (@{Text(known.Name)}): cannot be read now, so nobody is eligible by it"
        : $"{group} (@{Text(known.Name)}): {Names(register, known.Members)}";

    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Age(TimeSpan age) =>
        age switch
        {
            { TotalSeconds: < 1 } => "0 s",
            { TotalMinutes: < 2 } => $"{(int)age.TotalSeconds} s",
            { TotalHours: < 2 } => $"{(int)age.TotalMinutes} min",
            { TotalDays: < 2 } => $"{(int)age.TotalHours} h",
            _ => $"{(int)age.TotalDays} days",
        };

    public static string Count(int count, string one, string many) =>
        count == 1 ? $"1 {one}" : $"{count} {many}";
}

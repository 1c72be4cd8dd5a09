namespace ChatApprovals.Admin;

/// <summary><c>whoami</c>: what the bot knows of the asker, and what they may.</summary>
internal static class WhoamiCommand
{
    public static CommandForm Form { get; } =
        new(
            "whoami",
            "",
            Access.Anyone,
            "shows who you are to the bot and what you may do",
            _ => new Command.Whoami()
        );

    public static Reply Answer(Hearing hearing)
    {
        var (register, person) = (hearing.Register, hearing.Person);
        var same = register.SamePeople(person);
        var groups = register
            .Groups.Values.Where(g =>
                !g.Name.StartsWith('@') && person.Ids.Any(id => register.IsInGroup(g.Name, id))
            )
            .Select(g => g.Name);
        var agents = register
            .Agents.Values.Where(a => a.Owners.Any(o => same.Any(s => s.Ids.Contains(o))))
            .Select(a => a.Name.ToString());
        var others = same.Where(s => s.Id != person.Id).Select(Say.Name);
        return new Reply(
            "You",
            [
                $"Name: {Say.Text(person.Name)}",
                $"Person: {person.Id}",
                $"Accounts: {string.Join(", ", person.Accounts.Select(a => a.Id))}",
                $"E-mail in the directory: {Or(person.Emails.Distinct(StringComparer.OrdinalIgnoreCase).Select(Say.Text), "none")}",
                $"Counted as the same person (same e-mail): {Or(others, "nobody else")}",
                $"Roles: {Or(Roles(hearing), "none")}",
                $"Groups: {Or(groups, "none, so you cannot approve yet")}",
                .. Delegations(hearing),
                $"Agents you own (you cannot decide their requests): {Or(agents, "none")}",
            ]
        );
    }

    private static IEnumerable<string> Delegations(Hearing hearing)
    {
        var (register, ids) = (hearing.Register, hearing.Person.Ids.ToList());
        return ids.SelectMany(id => register.GivenBy(id, hearing.Now))
            .Select(d =>
                $"{Say.Name(register, d.To)} decides in your place until {Say.Time(d.Until)}"
            )
            .Concat(
                ids.SelectMany(id => register.GivenTo(id, hearing.Now))
                    .Select(d =>
                        $"You decide in the place of {Say.Name(register, d.From)} until {Say.Time(d.Until)}"
                    )
            );
    }

    private static IEnumerable<string> Roles(Hearing hearing)
    {
        if (hearing.IsAdmin)
        {
            yield return "administrator";
        }

        if (hearing.IsAuditor)
        {
            yield return "auditor";
        }
    }

    private static string Or(IEnumerable<string> items, string none)
    {
        var text = string.Join(", ", items);
        return text.Length == 0 ? none : text;
    }
}

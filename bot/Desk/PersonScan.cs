using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>An entry whose content names a person, or holds their words. <see cref="Txn"/>: the entry's.</summary>
internal readonly record struct Naming(long Seq, string Txn, bool IsOpening);

/// <summary>
/// Where a person stands in what is kept beside the ledger: contents of entries that they made (a decision, a
/// question, a link, an end), and contents that hold an address or an account of theirs, whoever wrote it. A name
/// alone is no sign of anybody.
/// </summary>
internal sealed class PersonScan
{
    private const int Page = 500;

    private readonly ImmutableArray<string> _texts;
    private readonly ImmutableHashSet<string> _ids;
    private readonly ImmutableArray<string> _needles;

    public PersonScan(Person person)
    {
        var accounts = person.Accounts.Select(a => a.Id.ToString()).ToList();
        _texts = [.. person.Emails.Concat(accounts).Distinct(StringComparer.OrdinalIgnoreCase)];
        _ids =
        [
            .. person
                .Accounts.Select(a => a.Id.ToString())
                .Concat(person.Ids.Select(i => i.ToString())),
        ];
        _needles =
        [
            .. _texts
                .Concat(_ids)
                .Select(t => JsonEncodedText.Encode(t).ToString().ToLowerInvariant()),
        ];
    }

    /// <summary>The entries before this one were looked at.</summary>
    public long Until { get; private set; }

    public ImmutableArray<Naming> Found { get; private set; } = [];

    /// <summary>Whether a scan for this person would find nothing else.</summary>
    public bool IsOf(Person person) =>
        new PersonScan(person)._ids.SetEquals(_ids)
        && new PersonScan(person)
            ._texts.ToHashSet(StringComparer.OrdinalIgnoreCase)
            .SetEquals(_texts);

    /// <summary>Looks at the entries from <see cref="Until"/> to before <paramref name="size"/>.</summary>
    /// <param name="read">Candidates from a position on: see <see cref="IStore.Naming"/>.</param>
    /// <param name="size">Where to stop.</param>
    public PersonScan Look(
        Func<IEnumerable<string>, long, int, IReadOnlyList<StoredEntry>> read,
        long size
    )
    {
        while (Until < size)
        {
            var page = read(_needles, Until, Page);
            Found =
            [
                .. Found,
                .. page.Where(e => e.Seq < size && Names(e))
                    .Select(e => new Naming(e.Seq, e.Txn, e.Kind is EntryKinds.RequestCreated)),
            ];
            Until = page.Count < Page ? size : page[^1].Seq + 1;
        }

        return this;
    }

    /// <summary>Whether a request names the person, or somebody who decided it is one.</summary>
    public bool IsIn(Approval request) =>
        request.Decisions.Any(d =>
            _ids.Contains(d.Person.ToString() ?? "") || _ids.Contains(d.Account.ToString() ?? "")
        )
        || request.Questions.Any(q => _ids.Contains(q.Account.ToString()) || Holds(q.Text))
        || Holds(JsonSerializer.SerializeToElement(request.Opening, DeskJson.Default.Opening));

    private bool Names(StoredEntry entry)
    {
        var members = JsonElement.Parse(entry.Bytes);
        return Is(members, "person")
            || Is(members, "account")
            || Is(members, "by")
            // Another account's address may be the same: that account is another person's to be erased.
            || (
                entry.Kind is not EntryKinds.PersonLinked
                && Holds(JsonElement.Parse(entry.Content!.Body))
            );
    }

    private bool Is(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && _ids.Contains(value.GetString()!);

    private bool Holds(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => value
                .EnumerateObject()
                .Any(m => Holds(m.Name) || Holds(m.Value)),
            JsonValueKind.Array => value.EnumerateArray().Any(Holds),
            JsonValueKind.String => Holds(value.GetString()!),
            _ => false,
        };

    private bool Holds(string text) => _texts.Any(t => Holds(text, t));

    /// <summary>As a word of its own: <c>slack:T1:U1</c> is not in <c>slack:T1:U12</c>.</summary>
    private static bool Holds(string text, string wanted)
    {
        for (
            var at = text.IndexOf(wanted, StringComparison.OrdinalIgnoreCase);
            at >= 0;
            at = text.IndexOf(wanted, at + 1, StringComparison.OrdinalIgnoreCase)
        )
        {
            var end = at + wanted.Length;
            if ((at == 0 || !IsPart(text[at - 1])) && (end == text.Length || !IsPart(text[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+';
}

using System.Security.Cryptography;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>What typing a link code comes to.</summary>
internal abstract record CodeRuling
{
    private CodeRuling() { }

    /// <summary>The code is this account's; it is used up.</summary>
    public sealed record Of(AccountId Account) : CodeRuling;

    /// <summary>No such code, or no more.</summary>
    public sealed record Wrong : CodeRuling;

    /// <summary>Typed by the account that it was shown to: nothing is used up.</summary>
    public sealed record Own : CodeRuling;

    /// <summary>Too many wrong codes, of this account or of all: not even a right one counts now.</summary>
    public sealed record Locked : CodeRuling;
}

/// <summary>
/// The codes of self-service <c>link</c>: shown to one account alone, typed by another within five minutes,
/// once. In memory only; a restart forgets them. A code has 40 bits, so guessing is bounded by tries: few
/// for each account, few for all together (1,000 codes and 200 tries: one in five million).
/// </summary>
internal sealed class LinkCodes
{
    public static readonly TimeSpan LivesFor = TimeSpan.FromMinutes(5);

    /// <summary>No characters that look alike.</summary>
    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    private const int Length = 8;
    private const int CodesMax = 1_000;
    private const int WrongOfOneMax = 5;
    private const int WrongOfAllMax = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (AccountId Account, DateTimeOffset Until)> _codes = new(
        StringComparer.Ordinal
    );
    private readonly List<(AccountId Account, DateTimeOffset At)> _wrong = [];

    /// <summary>A new code for this account, whose earlier one ends; null when too many wait.</summary>
    public string? New(AccountId account, DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var (old, of) in _codes.ToList())
            {
                if (of.Account == account || of.Until <= now)
                {
                    _codes.Remove(old);
                }
            }

            if (_codes.Count >= CodesMax)
            {
                return null;
            }

            var code = RandomNumberGenerator.GetString(Alphabet, Length);
            _codes[code] = (account, now + LivesFor);
            return $"{code[..(Length / 2)]}-{code[(Length / 2)..]}";
        }
    }

    /// <summary>A code as somebody typed it, in capitals and without dashes and blanks.</summary>
    public static string Plain(string typed) =>
        string.Concat(typed.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    /// <summary>Takes a <see cref="Plain"/> code.</summary>
    public CodeRuling Take(string code, AccountId by, DateTimeOffset now)
    {
        lock (_lock)
        {
            _wrong.RemoveAll(w => now - w.At >= LivesFor);
            if (
                _wrong.Count >= WrongOfAllMax
                || _wrong.Count(w => w.Account == by) >= WrongOfOneMax
            )
            {
                return new CodeRuling.Locked();
            }

            if (!_codes.TryGetValue(code, out var found) || found.Until <= now)
            {
                _wrong.Add((by, now));
                return new CodeRuling.Wrong();
            }

            if (found.Account == by)
            {
                return new CodeRuling.Own();
            }

            _codes.Remove(code);
            return new CodeRuling.Of(found.Account);
        }
    }
}

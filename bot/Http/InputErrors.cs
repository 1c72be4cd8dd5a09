using System.Collections.Immutable;

namespace ChatApprovals.Http;

/// <summary>
/// One thing that is wrong with a body. <see cref="Where"/>: a JSON pointer (RFC 6901), <c>""</c> for the whole;
/// <see cref="Detail"/> says what is expected and never repeats a value.
/// </summary>
public sealed record InputError(string Where, string Code, string Detail);

/// <summary>Collects what is wrong, so that a client can mend all of it at once. Bounded.</summary>
internal sealed class InputErrors
{
    /// <summary>More than anybody mends in one go; bounds the answer to a hostile body.</summary>
    private const int CountMax = 20;

    private readonly List<InputError> _errors = [];

    public bool Any => _errors.Count > 0;

    public bool IsFull => _errors.Count >= CountMax;

    public void Add(string pointer, string code, string detail)
    {
        if (!IsFull)
        {
            _errors.Add(new InputError(pointer, code, detail));
        }
    }

    public ImmutableArray<InputError> All() => [.. _errors];
}

/// <summary>RFC 6901.</summary>
internal static class JsonPointer
{
    public static string Child(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public static string Child(string pointer, int index) => $"{pointer}/{index}";
}

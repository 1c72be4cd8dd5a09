using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>
/// Finds credentials in a body before it is stored or shown to anybody: contract section 7, threats.md
/// T66. Looks at every string and every member name. Says where and of which family, never what.
/// A net for accidents: whoever wants to smuggle a secret past it can.
/// </summary>
public static class SecretScan
{
    /// <summary>What every family has at least one of; most strings have none and cost one quick look.</summary>
    private static readonly SearchValues<string> Hints = SearchValues.Create(
        [
            "xox",
            "xapp-",
            "xwfp-",
            "gho_",
            "ghp_",
            "ghr_",
            "ghs_",
            "ghu_",
            "github_pat_",
            "glpat-",
            "AKIA",
            "ASIA",
            "AIza",
            "k_live_",
            "sk-",
            "AccessKey",
            "access_key",
            "AccountKey",
            "PRIVATE KEY",
            "eyJ",
            "://",
            "password=",
            "pwd=",
            "cak_",
            "cgk_",
            "cau_",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>Shorter text cannot hold a credential of any family (<c>x://u@h</c> is one of 7).</summary>
    private const int ShortestLength = 7;

    /// <summary>Empty when nothing was found; at most 20 findings.</summary>
    public static ImmutableArray<InputError> Find(JsonElement body)
    {
        var errors = new InputErrors();
        Look(body, new Path(Parent: null, "", Index: -1), errors);
        return errors.All();
    }

    /// <summary>The family of the first credential in a text, or null.</summary>
    public static string? FamilyIn(string text, string? memberName = null)
    {
        if (text.Length < ShortestLength)
        {
            return null;
        }

        var family = text.AsSpan().ContainsAny(Hints) ? SecretFamilies.Find(text) : null;
        return family ?? (SecretFamilies.HasAwsSecret(text, memberName) ? "AWS secret key" : null);
    }

    private static void Look(JsonElement value, Path path, InputErrors errors)
    {
        if (errors.IsFull)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Member(member, path, errors);
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Look(item, new Path(path, path.Name, index++), errors);
                }

                break;
            case JsonValueKind.String:
                Report(FamilyIn(value.GetString()!, path.Name), "This text", path, errors);
                break;
        }
    }

    /// <summary>A name that is a secret is pointed at by its object, and nothing beneath it is named.</summary>
    private static void Member(JsonProperty member, Path path, InputErrors errors)
    {
        var name = member.Name;
        var family = FamilyIn(name);
        if (family is not null)
        {
            Report(family, "The name of a member", path, errors);
            return;
        }

        Look(member.Value, new Path(path, name, Index: -1), errors);
    }

    private static void Report(string? family, string what, Path path, InputErrors errors)
    {
        if (family is not null)
        {
            var detail = $"{what} looks like a credential ({family}). Name it, do not send it.";
            errors.Add(path.ToString(), "secret_detected", detail);
        }
    }

    /// <summary>Where we are; made into a pointer only when something is found.</summary>
    private sealed record Path(Path? Parent, string Name, int Index)
    {
        public override string ToString() =>
            Parent is null ? ""
            : Index >= 0 ? JsonPointer.Child(Parent.ToString(), Index)
            : JsonPointer.Child(Parent.ToString(), Name);
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// A request as one person may read it over HTTP: what its card shows and nothing else, as JSON.
/// <see cref="DisplayHash"/> is base64url(SHA-256(JCS of the document without <c>display_hash</c> and
/// <c>you</c>)): the same for everybody who is shown the same, another one after each change.
/// </summary>
public sealed class Review
{
    private readonly JsonElement _shown;

    private Review(Approval approval, JsonElement shown, Person? viewer, Member member) =>
        (Approval, _shown, Viewer, Member) = (approval, shown, viewer, member);

    public Approval Approval { get; }

    public Person? Viewer { get; }

    public Member Member { get; }

    public required string DisplayHash { get; init; }

    /// <summary>Why this person may not decide it, or null. Of an ended request: <see cref="Refusal.Ended"/>.</summary>
    public required Refusal? Why { get; init; }

    /// <summary>Whole seconds until an approval may count.</summary>
    public required int DwellLeft { get; init; }

    /// <summary>
    /// Whether an entry says that this account was given this view, or none is needed: nobody decides what has ended.
    /// </summary>
    public bool IsRecorded =>
        !Approval.IsPending
        || Approval.Readings.Contains(new Reading(Member.Account.ToString(), DisplayHash));

    /// <summary>That it is given to them.</summary>
    public Fact.RequestDisplayed Displayed =>
        new(
            Approval.Id,
            Copy: null,
            Surface.Api,
            Member.Account.ToString(),
            Message: "",
            DisplayHash
        )
        {
            Person = Viewer?.Id,
        };

    /// <summary>Pure: the same request, register, person and time give the same review.</summary>
    /// <param name="approval">As it is now.</param>
    /// <param name="register">As it is now.</param>
    /// <param name="viewer">Who reads it; null: nobody known.</param>
    /// <param name="member">What is known of them now.</param>
    /// <param name="firstAt">When they were first given it.</param>
    /// <param name="now">The time.</param>
    public static Review Of(
        Approval approval,
        Register register,
        Person? viewer,
        Member member,
        DateTimeOffset? firstAt,
        DateTimeOffset now
    )
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            ReviewJson.Write(json, approval, register);
        }

        var shown = JsonElement.Parse(buffer.WrittenSpan);
        return new Review(approval, shown, viewer, member)
        {
            DisplayHash = Base64Url.EncodeToString(SHA256.HashData(CanonicalJson.Write(shown))),
            Why =
                !approval.IsPending ? Refusal.Ended
                : viewer is null ? Duties.OfMember(member.Obstacle) ?? Refusal.NotLinked
                : Duties.Judge(approval, register, viewer, member),
            DwellLeft = Bench.DwellLeft(approval.Opening.Policy, firstAt, now),
        };
    }

    /// <summary>The whole document: what everybody is shown, then what is this person's alone.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var member in _shown.EnumerateObject())
        {
            member.WriteTo(json);
        }

        json.WriteStartObject("you");
        json.WriteString("person", Viewer?.Id.ToString());
        json.WriteString("name", Member.Name);
        json.WriteString("account", Member.Account.ToString());
        json.WriteBoolean("may_decide", Why is null);
        json.WriteString("why", Why is { } why ? WireNames.Of(why) : null);
        json.WriteString("detail", Why is { } no ? RefusalText.Of(no, Approval) : null);
        json.WriteNumber("approve_in", Approval.IsPending ? DwellLeft : 0);
        json.WriteEndObject();
        json.WriteString("display_hash", DisplayHash);
        json.WriteEndObject();
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ChatApprovals.Http;
using ChatApprovals.Ledger;

namespace ChatApprovals.Anchors;

/// <summary>
/// A C2SP witness (tlog-witness, <c>add-checkpoint</c>): it keeps the largest checkpoint that it has seen, is shown that the new
/// one goes on from it, and cosigns. The only anchor that refuses a rollback by itself.
/// </summary>
/// <param name="prefix">The submission prefix, without a slash at the end.</param>
/// <param name="key">Whose cosignature counts.</param>
/// <param name="hashes">The ledger's tree.</param>
/// <param name="cosigned">How many entries the last checkpoint had that it cosigned for us; 0: none, or not known.</param>
/// <param name="outbound">The network.</param>
public sealed class WitnessAnchor(
    Uri prefix,
    WitnessKey key,
    ReadHashes hashes,
    Func<long> cosigned,
    Outbound outbound
) : IAnchor
{
    private const string SizeType = "text/x.tlog.size";

    /// <summary>Sizes that it says one after the other: several processes with one witness would be a mistake.</summary>
    private const int AsksMax = 3;

    public const string Kind = "witness";

    public string Name => Kind;

    public bool Remembers => true;

    public async Task<Anchored> PutAsync(SignedCheckpoint checkpoint, CancellationToken cancel)
    {
        var size = checkpoint.Checkpoint.Size;
        var known = Math.Min(cosigned(), size);
        for (var ask = 0; ask < AsksMax; ask++)
        {
            var answer = await AskAsync(checkpoint, known, cancel);
            if (answer is not Heard { Status: HttpStatusCode.Conflict } conflict)
            {
                return Read(answer, checkpoint);
            }

            if (known == size && (conflict.Size ?? size) == size)
            {
                return Rewritten(size);
            }

            if (conflict.Size is not { } theirs || theirs == known)
            {
                break;
            }

            if (theirs > size)
            {
                return new Anchored.Contradicted(
                    $"it has cosigned {theirs} entries, and the ledger has {size}: the ledger was cut back"
                );
            }

            known = theirs;
        }

        return new Anchored.Failed("it does not say which checkpoint it has", After: null);
    }

    /// <summary>
    /// How many entries the witness has cosigned, asked with a checkpoint that it may have already. At most that one is
    /// cosigned by asking.
    /// </summary>
    public async Task<WitnessKnows> KnownAsync(
        SignedCheckpoint checkpoint,
        CancellationToken cancel
    )
    {
        var size = checkpoint.Checkpoint.Size;
        var answer = await AskAsync(checkpoint, size, cancel);
        return answer switch
        {
            Heard { Status: HttpStatusCode.Conflict, Size: { } theirs } when theirs != size =>
                new WitnessKnows.Entries(theirs),
            Heard { Status: HttpStatusCode.Conflict, Size: not null } => new WitnessKnows.Nothing(
                Rewritten(size).Why
            ),
            Heard { Status: HttpStatusCode.Forbidden } => new WitnessKnows.Nothing(
                "it knows this ledger by another key: if the ledger's key was replaced after this backup, it has more than the backup"
            ),
            _ => Read(answer, checkpoint) switch
            {
                Anchored.Done => new WitnessKnows.Entries(size),
                Anchored.Contradicted(var why) => new WitnessKnows.Nothing(why),
                Anchored.Failed { Why: var why } => new WitnessKnows.Nothing(why),
                _ => throw new InvalidOperationException("answered in no way"),
            },
        };
    }

    private async Task<Asked> AskAsync(
        SignedCheckpoint checkpoint,
        long from,
        CancellationToken cancel
    )
    {
        var proof = MerkleProof.Consistency(from, checkpoint.Checkpoint.Size, hashes);
        var body = new StringBuilder()
            .Append("old ")
            .Append(from.ToString(CultureInfo.InvariantCulture))
            .Append('\n');
        foreach (var hash in proof)
        {
            body.Append(Convert.ToBase64String(hash)).Append('\n');
        }

        body.Append('\n').Append(checkpoint.Note);
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri($"{prefix.AbsoluteUri.TrimEnd('/')}/add-checkpoint")
        )
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToString())),
        };
        return await AnchorCall.SendAsync(outbound, request, Understood, cancel);
    }

    private static Heard Understood(HttpResponseMessage answer, byte[] body)
    {
        var isSize =
            answer.StatusCode == HttpStatusCode.Conflict
            && string.Equals(
                answer.Content.Headers.ContentType?.MediaType,
                SizeType,
                StringComparison.OrdinalIgnoreCase
            );
        var text = Encoding.UTF8.GetString(body);
        return new Heard(answer.StatusCode, body)
        {
            Size =
                isSize
                && long.TryParse(
                    text.TrimEnd('\n'),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var size
                )
                    ? size
                    : null,
        };
    }

    private static Anchored.Contradicted Rewritten(long size) =>
        new($"it has cosigned another checkpoint of {size} entries: the ledger was rewritten");

    private Anchored Read(Asked asked, SignedCheckpoint checkpoint) =>
        asked switch
        {
            Unheard not => new Anchored.Failed(not.Why, not.After),
            Heard { Status: HttpStatusCode.OK } heard => Cosigned(checkpoint, heard.Body),
            Heard { Status: HttpStatusCode.UnprocessableEntity } => new Anchored.Contradicted(
                "it does not find what it cosigned in this ledger: the ledger was rewritten"
            ),
            Heard { Status: HttpStatusCode.NotFound } => new Anchored.Failed(
                $"it does not know the ledger {checkpoint.Checkpoint.Origin}: its operator must add it, with its key",
                After: null
            ),
            Heard { Status: HttpStatusCode.Forbidden } => new Anchored.Failed(
                "it knows the ledger by another key: its operator must add this one",
                After: null
            ),
            Heard heard => new Anchored.Failed($"it answered {(int)heard.Status}", After: null),
            _ => throw new InvalidOperationException("asked in no way"),
        };

    /// <summary>
    /// Only what the witness's own key signed over these very bytes counts, and nothing else of its answer is kept: a
    /// line that is wrongly signed in the ledger's name would spoil the note for everybody.
    /// </summary>
    private Anchored Cosigned(SignedCheckpoint checkpoint, byte[] lines)
    {
        try
        {
            var ours = SignedNote.Parse(checkpoint.Note);
            var both = SignedNote.Parse(
                checkpoint.Note + new UTF8Encoding(false, true).GetString(lines)
            );
            return
                string.Equals(ours.Text, both.Text, StringComparison.Ordinal)
                && key.LineIn(both) is { } line
                ? new Anchored.Done(
                    Encoding.UTF8.GetBytes(
                        (ours with { Signatures = [.. ours.Signatures, line] }).ToString()
                    )
                )
                : new Anchored.Failed(
                    $"its answer is not a cosignature of {key.Name} over this checkpoint",
                    After: null
                );
        }
        catch (Exception odd) when (odd is FormatException or ArgumentException)
        {
            return new Anchored.Failed("its answer is no signature line", After: null);
        }
    }
}

/// <summary>What a witness says that it has cosigned of a ledger.</summary>
public abstract record WitnessKnows
{
    private WitnessKnows() { }

    /// <summary>So many entries.</summary>
    public sealed record Entries(long Size) : WitnessKnows;

    /// <summary>Nothing that counts, or that it contradicts; why, in a clause.</summary>
    public sealed record Nothing(string Why) : WitnessKnows;
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace ChatApprovals.Playground;

/// <summary>What a check found, in words.</summary>
public sealed record Verification(bool Ok, DateTimeOffset At, string Detail);

/// <summary>An auditor of the bot's ledger: reads it over HTTP with an auditor's key, keeps the last head that it saw, and
/// checks everything itself.</summary>
public sealed class LedgerView(Func<Uri> bot, string dataDirectory, TimeProvider time) : IDisposable
{
    /// <summary>Far above what a playground writes; the rest is not read.</summary>
    private const int EntriesMax = 100_000;

    private readonly HttpClient _http = BotClient.Create();
    private readonly SemaphoreSlim _turn = new(1);
    private ImmutableList<JsonElement> _entries = [];
    private TreeHead? _remembered;

    /// <summary>The auditor's key <c>cau_…</c>; without one the ledger is not available.</summary>
    public string? Key { get; set; }
    public Changes Changes { get; } = new();
    public IReadOnlyList<JsonElement> Entries => _entries;
    public TreeHead? Head { get; private set; }
    public Verification? Verified { get; private set; }

    /// <summary>Why the ledger cannot be read; null when it can.</summary>
    public string? Problem { get; private set; } = "No auditor's key yet.";

    /// <summary>Reads the head, and the entries that are new. Checks nothing.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        if (Key is null)
        {
            return;
        }
        await _turn.WaitAsync(cancel);
        try
        {
            var (head, problem) = await ReadHeadAsync(cancel);
            Problem = problem;
            if (head is not null && head.Size > _entries.Count)
            {
                var bytes = await ReadEntriesAsync(_entries.Count, head.Size, cancel);
                _entries = _entries.AddRange(bytes.Select(b => Json.TryParse(b) ?? default));
            }
            Head = head ?? Head;
        }
        catch (Exception broken) when (broken is HttpRequestException or FormatException)
        {
            Problem = "The ledger cannot be read: " + broken.Message;
        }
        finally
        {
            _turn.Release();
            Changes.Tell();
        }
    }

    /// <summary>Reads the whole ledger again and checks it against its signed head and the last head seen. A sentence when
    /// it could not be checked or does not hold.</summary>
    public async Task<string?> VerifyAsync(CancellationToken cancel)
    {
        if (Key is null)
        {
            return Problem;
        }
        await _turn.WaitAsync(cancel);
        try
        {
            var detail = await CheckAsync(cancel);
            Verified = new(detail.Ok, time.GetUtcNow(), detail.Words);
            return detail.Ok ? null : detail.Words;
        }
        catch (Exception broken)
            when (broken
                    is HttpRequestException
                        or FormatException
                        or CryptographicException
                        or IOException
            )
        {
            var words = "The ledger could not be checked: " + broken.Message;
            Verified = new(Ok: false, time.GetUtcNow(), words);
            return words;
        }
        finally
        {
            _turn.Release();
            Changes.Tell();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
    }

    private async Task<(bool Ok, string Words)> CheckAsync(CancellationToken cancel)
    {
        var (head, problem) = await ReadHeadAsync(cancel);
        if (head is null)
        {
            return (false, problem!);
        }
        // Whoever runs the bot knows its keys from its own disk: never from the ledger that is being checked.
        var keys = Path.Combine(dataDirectory, "keys");
        string[] files = Directory.Exists(keys)
            ? [.. Directory.GetFiles(keys, "ledger*.pem").Where(f => !IsOfSecondLine(f))]
            : [];
        if (files.Length == 0)
        {
            return (
                false,
                "The ledger's key is not known: there is no " + Path.Combine(keys, "ledger.pem")
            );
        }
        if (!files.Any(f => IsSigned(head, f)))
        {
            return (false, "The head of the tree is not signed by the ledger's key.");
        }
        var bytes = (await ReadEntriesAsync(0, head.Size, cancel)).ToArray();
        if (!LedgerCheck.Root(bytes).AsSpan().SequenceEqual(head.Root))
        {
            return (
                false,
                "The entries do not add up to the signed root: one of them was changed."
            );
        }
        return Remembered(head, bytes) ?? (true, Words(head));
    }

    /// <summary>Ed25519, which .NET does not know; the first line is on every head.</summary>
    private static bool IsOfSecondLine(string file) =>
        Path.GetFileName(file).StartsWith("ledger-ed25519", StringComparison.Ordinal);

    /// <summary>By the first key of the ledger, or one that took its place.</summary>
    private static bool IsSigned(TreeHead head, string file)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(file));
        return LedgerCheck.IsSigned(head, key);
    }

    /// <summary>A ledger may only grow: the part that was seen before must still be its beginning.</summary>
    private (bool, string)? Remembered(TreeHead head, byte[][] bytes)
    {
        if (_remembered is { } old)
        {
            if (old.Size > head.Size)
            {
                return (
                    false,
                    $"The ledger shrank: {old.Size} entries were seen, {head.Size} are left."
                );
            }
            if (!LedgerCheck.Root(bytes.AsSpan(0, (int)old.Size)).AsSpan().SequenceEqual(old.Root))
            {
                return (false, "The beginning of the ledger is not what was seen before.");
            }
        }
        _remembered = head;
        return null;
    }

    private static string Words(TreeHead head) =>
        $"{head.Size} entries recomputed; their root is the signed one "
        + $"({Convert.ToHexStringLower(head.Root)[..12]}…), the signature is the ledger's, nothing seen before was changed.";

    private async Task<(TreeHead?, string?)> ReadHeadAsync(CancellationToken cancel)
    {
        using var answer = await GetAsync("/ledger/checkpoint", cancel);
        if (!answer.IsSuccessStatusCode)
        {
            return (null, $"The bot answered {(int)answer.StatusCode} to /ledger/checkpoint.");
        }
        var head = LedgerCheck.Read(await answer.Content.ReadAsStringAsync(cancel));
        return head is null ? (null, "The checkpoint is not one.") : (head, null);
    }

    private async Task<IReadOnlyList<byte[]>> ReadEntriesAsync(
        long from,
        long size,
        CancellationToken cancel
    )
    {
        var entries = new List<byte[]>();
        for (
            var bundle = from / LedgerCheck.BundleMax;
            bundle * LedgerCheck.BundleMax < size;
            bundle++
        )
        {
            var first = bundle * LedgerCheck.BundleMax;
            var width = (int)Math.Min(LedgerCheck.BundleMax, size - first);
            using var answer = await GetAsync(LedgerCheck.BundlePath(bundle, width), cancel);
            answer.EnsureSuccessStatusCode();
            var read = LedgerCheck.Entries(await answer.Content.ReadAsByteArrayAsync(cancel));
            entries.AddRange(read.Skip((int)Math.Max(0, from - first)));
            if (entries.Count > EntriesMax)
            {
                throw new FormatException("too many entries for a playground");
            }
        }
        return entries;
    }

    private async Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(bot(), path));
        request.Headers.Authorization = new("Bearer", Key);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            return await _http.SendAsync(request, limit.Token);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new HttpRequestException("no answer in time", late);
        }
    }
}

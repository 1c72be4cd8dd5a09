using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>
/// Writes a desk's ledger anew as somebody does who has its key: other entries, and everything over them fits and is signed.
/// </summary>
internal sealed class Forger(TestDesk desk)
{
    private readonly List<StoredEntry> _entries = [.. desk.Store.Entries(0, 10_000)];

    public IReadOnlyList<StoredEntry> Entries => _entries;

    /// <summary>Where the last entry of a kind is, from the end.</summary>
    public int Last(string kind) =>
        _entries.FindLastIndex(e => e.Kind.Equals(kind, StringComparison.Ordinal));

    /// <summary>Has an entry say something else.</summary>
    public Forger Say(int at, Action<JsonObject> change)
    {
        _entries[at] = Written(_entries[at], change);
        return this;
    }

    /// <summary>Has what is beside an entry say something else; its digest fits.</summary>
    public Forger SayBeside(int at, Action<JsonObject> change)
    {
        var (old, members) = (_entries[at], JsonNode.Parse(_entries[at].Content!.Body)!.AsObject());
        change(members);
        var content = old.Content! with { Body = Encoding.UTF8.GetBytes(members.ToJsonString()) };
        var digest = SHA256.HashData([.. content.Salt, .. content.Body]);
        _entries[at] = Written(
            old,
            entry => entry["content"] = Base64Url.EncodeToString(digest)
        ) with
        {
            Content = content,
        };
        return this;
    }

    /// <summary>The same entry once more, before the last, or where it is said.</summary>
    public Forger Again(int at, int? before = null)
    {
        _entries.Insert(before ?? at + 1, _entries[at]);
        return this;
    }

    /// <summary>An entry that nobody wrote, after another and of its request and time.</summary>
    public Forger Put(int after, string kind, string members)
    {
        var (of, made) = (_entries[after], JsonNode.Parse(members)!.AsObject());
        _entries.Insert(after + 1, Written(of with { Kind = kind, Content = null }, made));
        return this;
    }

    /// <summary>What was beside an entry is gone, as another says.</summary>
    public long Gone(int at, long by)
    {
        _entries[at] = _entries[at] with { Content = null, ErasedBy = by };
        return at;
    }

    public Forger Drop(int at)
    {
        _entries.RemoveAt(at);
        return this;
    }

    /// <summary>
    /// What an auditor's verifier and the bot's own say of it: the same sentence, or null where all is sound.
    /// </summary>
    public async Task<string?> FaultAsync()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("forged-").FullName;
        try
        {
            await using var store = SqliteStore.Open(folder);
            Write(store);
            await using var audit = new LedgerAudit(store, desk.Cabinet.Public, desk.Clock);
            var found = await audit.CheckAsync(TestDesk.Cancel);
            var files = await BundleAsync(store);
            var fault = Fault(files);
            Assert.Equal(fault, (found as LedgerFinding.Wrong)?.Sentence);
            return fault;
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Both say it of some entry.</summary>
    public async Task SaysAsync(string sentence) =>
        Assert.Matches("^Entry [0-9]+( of [A-Za-z0-9_-]+)? (is )?" + sentence, await FaultAsync());

    private static StoredEntry Written(StoredEntry old, Action<JsonObject> change)
    {
        var members = JsonNode.Parse(old.Bytes)!.AsObject();
        foreach (var head in (string[])["v", "seq", "at", "kind", "txn"])
        {
            members.Remove(head);
        }

        change(members);
        return Written(old, members);
    }

    private static StoredEntry Written(StoredEntry old, JsonObject members, long? seq = null) =>
        old with
        {
            Seq = seq ?? old.Seq,
            Bytes = Entry.Write(
                seq ?? old.Seq,
                old.At,
                old.Kind,
                old.Txn,
                writer =>
                {
                    foreach (var (name, value) in members)
                    {
                        writer.WritePropertyName(name);
                        (value ?? throw new InvalidOperationException()).WriteTo(writer);
                    }
                }
            ),
        };

    /// <summary>Into an empty store.</summary>
    public void Write(SqliteStore store)
    {
        var (tree, completed) = (new MerkleTree(), new List<TileHash>());
        using var transaction = store.Begin();
        foreach (var (old, seq) in _entries.Select((e, i) => (e, i)))
        {
            var entry = old.Seq == seq ? old : Renumbered(old, seq);
            var leaf = MerkleTree.LeafHash(entry.Bytes);
            completed.Clear();
            tree.Append(leaf, completed);
            transaction.Append(entry, leaf);
            completed.ForEach(n => transaction.PutNode(n.Level, n.Index, n.Hash));
        }

        var head = new Checkpoint(TestDesk.Vkey.Name, tree.Size, tree.Root());
        transaction.PutHead(new StoredHead(tree.Size, TestDesk.Sign(head)));
        transaction.Commit();
    }

    private static StoredEntry Renumbered(StoredEntry old, long seq)
    {
        var members = JsonNode.Parse(old.Bytes)!.AsObject();
        foreach (var head in (string[])["v", "seq", "at", "kind", "txn"])
        {
            members.Remove(head);
        }

        return Written(old, members, seq);
    }

    private async Task<SortedDictionary<string, byte[]>> BundleAsync(SqliteStore store)
    {
        using var output = new MemoryStream();
        var span = LedgerSpan.Of(store, store.Head()!, from: null, to: null);
        var receipts = new Receipts(store, desk.Cabinet.Tokens, "https://bot.test");
        var bundle = new Bundle(span, receipts, desk.Cabinet.Public);
        await bundle.WriteAsync(output, Make.Noon, TestDesk.Cancel);
        return ExportDesk.Files(output.ToArray());
    }

    private static string? Fault(SortedDictionary<string, byte[]> files)
    {
        try
        {
            Admin.KeyDesks.Verify(files, vkey: TestDesk.Vkey.ToString());
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }
}

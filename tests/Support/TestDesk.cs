using System.Collections.Concurrent;
using System.Security.Cryptography;
using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Directory = ChatApprovals.Desk.Directory;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// The real desk over a real SQLite file in a directory of its own, with a company in it: Bob and Carol may
/// approve, Erin owns the agent. Cards go to a <see cref="Wall"/>.
/// </summary>
public sealed class TestDesk : IAsyncDisposable
{
    private static readonly ECDsa s_key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly LineKey? s_line = Ed25519Key.IsSupported
        ? LineKey.Of("test/ledger", Ed25519Key.FromSeed(new byte[Ed25519Key.SeedSize]))
        : null;
    private static readonly SigningKey s_grant = MakeKey(KeyRing.Grant);
    private static readonly SigningKey s_next = MakeKey(KeyRing.NextGrant);
    private static readonly SigningKey s_nextReceipt = MakeKey(KeyRing.NextReceipt);
    private static readonly SigningKey s_callback = MakeKey(KeyRing.Callback);

    private TestDesk(
        string directory,
        bool keep,
        TimeProvider clock,
        DeskOptions options,
        ISurface[] others
    )
    {
        Path = directory;
        Keep = keep;
        Clock = clock;
        Cabinet = new KeyCabinet(
            System.IO.Path.Combine(directory, "keys"),
            "test/ledger",
            SigningKey.Of("ledger", s_key),
            KeyRing.Of(ReceiptKey, s_nextReceipt, s_grant, s_next, s_callback),
            [Vkey.ToString()],
            s_line,
            []
        );
        (Store, Committer) = Open(directory, clock, Cabinet);
        var people = new Directory([Wall, TeamsWall], clock);
        var departed = new Departed(people, Committer, Store);
        Forget = people.Forget;
        Grants = new GrantDesk(
            Committer,
            Store,
            new GrantKeys(Cabinet.Tokens, clock, GrantKeys.Issuer),
            departed
        );
        Forwards = new ForwardDesk(Committer, departed);
        Callbacks = new CallbackDesk(Committer, Store);
        Anchors = new AnchorDesk(Committer, Store, [], clock);
        Receipts = new Receipts(Store, Cabinet.Tokens, "https://bot.test");
        Waiters = new Waiters(Committer);
        Register = new RegisterDesk(Committer, Store, options);
        Groups = new UserGroups(Committer, Register, people, clock);
        Desk = new ApprovalDesk(
            Committer,
            Store,
            Waiters,
            people,
            departed,
            options,
            Cabinet,
            clock
        );
        Outbox = new Outbox(
            Committer,
            Store,
            [Wall, .. others],
            Undrawn = new Undrawn(clock),
            clock,
            NullLogger<Outbox>.Instance
        );
    }

    /// <summary>Or nothing is left open: the directory is free again.</summary>
    private static (SqliteStore, Committer) Open(
        string directory,
        TimeProvider clock,
        KeyCabinet cabinet
    )
    {
        var store = SqliteStore.Open(directory);
        Committer? committer = null;
        try
        {
            var log = NullLogger<Committer>.Instance;
            committer = new Committer(store, s_key, "test/ledger", clock, log);
            committer.UseKeysOf(cabinet);
            return (store, committer);
        }
        catch
        {
            committer?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    public string Path { get; }
    public bool Keep { get; set; }
    public TimeProvider Clock { get; }
    public SqliteStore Store { get; }
    public Committer Committer { get; }
    public Waiters Waiters { get; }
    public RegisterDesk Register { get; }
    public ApprovalDesk Desk { get; }
    public UserGroups Groups { get; }
    public Outbox Outbox { get; }

    /// <summary>What a platform causes that says that an account of it changed.</summary>
    public Action<AccountId> Forget { get; }

    public Undrawn Undrawn { get; }
    public CallbackDesk Callbacks { get; }

    /// <summary>None: a test that wants some makes its own.</summary>
    public AnchorDesk Anchors { get; }

    /// <summary>The ledger's public key, as an auditor keeps it.</summary>
    public static NoteKey Vkey { get; } = NoteKey.FromEcdsa("test/ledger", s_key);

    /// <summary>What somebody who has the ledger's key can make: any checkpoint, rightly signed.</summary>
    public static string Sign(Checkpoint checkpoint) => checkpoint.Sign(s_key, checkpoint.Origin);

    public Receipts Receipts { get; }
    public static SigningKey ReceiptKey { get; } = MakeKey(KeyRing.Receipt);

    public GrantDesk Grants { get; }
    public ForwardDesk Forwards { get; }

    /// <summary>Those that a desk begins with.</summary>
    public static GrantKeys GrantKeys { get; } =
        new(KeyRing.Of(s_grant, s_next), PatientClock.Shared, "https://bot.test");

    /// <summary>Where <c>key rotate</c> makes and turns keys.</summary>
    public KeyCabinet Cabinet { get; }

    public static SigningKey MakeKey(string purpose) =>
        SigningKey.Of(purpose, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public Wall Wall { get; } = new();

    /// <summary>Only asked who people are, and told things; cards go to <see cref="Wall"/>.</summary>
    public Wall TeamsWall { get; } = new(Surface.Teams);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TestDesk> OpenAsync(
        string? directory = null,
        TimeProvider? clock = null,
        int pendingMax = 1_000,
        TimeSpan groupWait = default,
        params ISurface[] others
    )
    {
        var fresh = directory is null;
        directory ??= System.IO.Directory.CreateTempSubdirectory("chatapprovals-").FullName;
        var desk = new TestDesk(
            directory,
            keep: false,
            clock ?? PatientClock.Shared,
            new DeskOptions
            {
                Slack = true,
                SlackDefault = "C1",
                PendingPerAgent = pendingMax,
                GroupWait = groupWait,
                Teams = others.Length > 0,
                TeamsDefault = "19:c",
            },
            others
        );
        if (fresh)
        {
            await desk.MoveInAsync();
        }

        return desk;
    }

    public Task<Opened> AskAsync(
        string change = "CHG-1",
        string? key = null,
        int? expiresIn = null,
        string initiator = "alice@acme.example"
    ) =>
        Desk.OpenAsync(
            Make.Agent,
            Make.Request(initiator) with
            {
                Context = Make.Json($$"""{"change":"{{change}}"}"""),
                ExpiresIn = expiresIn,
            },
            "body-" + change,
            key,
            Cancel
        );

    public async Task<Approval> OpenOneAsync(string change = "CHG-1", int? expiresIn = null) =>
        Assert.IsType<Opened.Created>(await AskAsync(change, expiresIn: expiresIn)).Approval;

    public Task<ClickAnswer> ClickAsync(
        Approval approval,
        string user,
        Verdict verdict = Verdict.Approved
    ) =>
        Desk.DecideAsync(
            new Click(
                approval.Copies[0].Token,
                verdict,
                Make.Slack(user),
                approval.Copies[0].Conversation,
                null,
                null,
                "evidence"
            ),
            Cancel
        );

    public async ValueTask DisposeAsync()
    {
        await Committer.DisposeAsync();
        await Store.DisposeAsync();
        Outbox.Dispose();
        if (!Keep && System.IO.Directory.Exists(Path))
        {
            System.IO.Directory.Delete(Path, recursive: true);
        }
    }

    /// <summary>Writes the company into an empty ledger.</summary>
    public Task<bool> MoveInAsync()
    {
        var (bob, carol, erin) = (NewPerson(), NewPerson(), NewPerson());
        return Committer.CommitAsync(
            commit =>
            {
                commit.Record(Make.Linked(bob, Make.Slack("BOB"), "bob@acme.example"));
                commit.Record(Make.Linked(carol, Make.Slack("CAROL"), "carol@acme.example"));
                commit.Record(Make.Linked(erin, Make.Slack("ERIN"), "erin@acme.example"));
                commit.Record(Make.OwnedAgent(erin, erin));
                commit.Record(Make.Group("approvers", bob, carol, erin));
                return true;
            },
            Cancel
        );
    }

    private PersonId NewPerson() => PersonId.New(Clock.GetUtcNow());
}

using System.Security.Cryptography;
using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Jose;
using ChatApprovals.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// A ledger of any size in a folder, made as the bot makes it: the real store, committer, tree and keys. Only who asks
/// and decides is made up. Of ten requests eight are approved, seven of them run by a grant; one is rejected, one runs out.
/// </summary>
public sealed class LargeLedger : IAsyncDisposable
{
    public const string Origin = "test/ledger";

    /// <summary>Each has so many on average.</summary>
    public const double EntriesOfRequest = 6.3;

    private const string Issuer = "https://bot.test";

    /// <summary>Requests that are under way at once: as many go into one commit.</summary>
    private const int AtOnce = 64;

    private readonly KeyCabinet _keys;
    private readonly Approval _pattern;
    private int _made;

    private LargeLedger(string folder)
    {
        Store = SqliteStore.Open(folder);
        _keys = KeyCabinet.Open(folder, Origin, Store);
        Committer = new Committer(
            Store,
            _keys.Ledger,
            Origin,
            TimeProvider.System,
            NullLogger<Committer>.Instance
        );
        Committer.UseKeysOf(_keys);
        Exports = new Exports(
            Committer,
            Store,
            new Receipts(Store, _keys.Tokens, Issuer),
            _keys.Public,
            new AnchorDesk(Committer, Store, [], TimeProvider.System),
            TimeProvider.System
        );
        _pattern = Make.Approval(Make.Register(s_company));
    }

    public SqliteStore Store { get; }
    public Committer Committer { get; }
    public Exports Exports { get; }

    public string Vkey => _keys.Public.Vkey;

    /// <summary>What signs receipts and manifests.</summary>
    public SigningKey ReceiptKey => _keys.Tokens[KeyRing.Receipt];

    /// <summary>The same in every process: one goes on with a ledger that another has begun.</summary>
    private static PersonId Bob { get; } =
        PersonId.Parse("per_1m7y8wpwfp6pd6ybs8hq87qb6wkbnnn13hh", provider: null);

    private static AccountId Account { get; } = Make.Slack("BOB");

    private static PersonId Erin { get; } =
        PersonId.Parse("per_1m7y8wpwfp6pd6ybs8hq87qb6wkbnnn13hj", provider: null);

    /// <summary>Erin owns the agent, Bob may approve.</summary>
    private static readonly Fact[] s_company =
    [
        Make.Linked(Bob, Account, "bob@acme.example"),
        Make.Linked(Erin, Make.Slack("ERIN"), "erin@acme.example"),
        Make.OwnedAgent(Erin, Erin),
        Make.Group("approvers", Bob),
        Make.Changed(
            "guard",
            "deploy-guard",
            new KnownGuard(AgentName.Parse("deploy-guard", provider: null), Issuer, Erin, Make.Noon)
        ),
    ];

    public static async Task<LargeLedger> OpenAsync(string folder, CancellationToken cancel)
    {
        var ledger = new LargeLedger(folder);
        if (ledger.Store.Head() is null)
        {
            await ledger.RecordAsync(
                _ =>
                    [
                        new Fact.KeyCreated("ledger", ledger._keys.KidOf("ledger")),
                        .. ledger._keys.Tokens.All.Select(k => new Fact.KeyCreated(
                            k.Purpose,
                            k.Kid
                        )),
                        .. s_company,
                    ],
                cancel
            );
        }

        return ledger;
    }

    /// <summary>Adds whole requests until there are at least as many entries.</summary>
    public async Task GrowAsync(long entries, CancellationToken cancel)
    {
        while (Store.Head()!.Size < entries)
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, AtOnce)
                    .Select(_ => _made++)
                    .Select(n => RecordAsync(now => Request(n, now), cancel))
            );
        }
    }

    /// <summary>The bundle of all of it.</summary>
    public Task ExportAsync(Stream output, CancellationToken cancel)
    {
        var asked = new ExportAsked("bundle", From: null, To: null);
        return Exports.WriteAsync(output, asked, Exports.Span(asked), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Committer.DisposeAsync();
        await Store.DisposeAsync();
        Exports.Dispose();
    }

    private Task<bool> RecordAsync(Func<DateTimeOffset, Fact[]> facts, CancellationToken cancel) =>
        Committer.CommitAsync(
            commit =>
            {
                Array.ForEach(facts(commit.Now), commit.Record);
                return true;
            },
            cancel
        );

    private Fact[] Request(int number, DateTimeOffset now)
    {
        var id = RequestId.New(now);
        var hash = RandomText(32);
        var until = number % 10 == 9 ? now.AddSeconds(-1) : now.AddMinutes(14);
        Fact[] shown = [.. Shown(id, until, hash, isOnBoth: number % 10 is 1 or 2)];
        return (number % 10) switch
        {
            0 =>
            [
                .. shown,
                Decided(id, now, hash, Verdict.Rejected),
                new Fact.RequestEnded(id, RequestStatus.Denied, Bob.ToString(), "not today"),
            ],
            9 => [.. shown, new Fact.RequestEnded(id, RequestStatus.Expired, By: null, null)],
            8 => [.. shown, .. Approved(id, now, hash)],
            7 =>
            [
                .. shown,
                new Fact.DecisionRefused(
                    id,
                    Verdict.Approved,
                    Refusal.NotAnApprover,
                    Make.Slack("MALLORY"),
                    Person: null,
                    RandomText(32)
                ),
                .. Approved(id, now, hash),
                .. Run(id, now),
            ],
            _ => [.. shown, .. Approved(id, now, hash), .. Run(id, now)],
        };
    }

    private IEnumerable<Fact> Shown(RequestId id, DateTimeOffset until, string hash, bool isOnBoth)
    {
        CardCopy[] copies =
        [
            new CardCopy(RandomText(16), Surface.Slack, "C1"),
            new CardCopy(RandomText(16), Surface.Teams, "19:c"),
        ];
        copies = isOnBoth ? copies : copies[..1];
        var (asked, salt) = (_pattern.Opening.Request, RandomText(16));
        var opening = _pattern.Opening with
        {
            BodyHash = id.ToString(),
            BindingHash = Binding.Hash(
                _pattern.Opening.Agent,
                asked.Action,
                asked.Resource,
                asked.Context,
                salt
            ),
            Salt = salt,
            ExpiresAt = until,
            Copies = [.. copies],
        };
        yield return new Fact.RequestCreated(id, opening);
        for (var i = 0; i < copies.Length; i++)
        {
            var (surface, place) = (copies[i].Surface, copies[i].Conversation);
            yield return new Fact.RequestDisplayed(id, i, surface, place, "1.2", hash);
        }
    }

    private static Fact[] Approved(RequestId id, DateTimeOffset now, string hash) =>
        [
            Decided(id, now, hash, Verdict.Approved),
            new Fact.RequestEnded(id, RequestStatus.Approved, Bob.ToString(), Reason: null),
        ];

    private static Fact[] Run(RequestId id, DateTimeOffset now)
    {
        var grant = GrantId.New(now);
        return
        [
            new Fact.GrantIssued(id, grant, Issuer, now.AddMinutes(2), RandomText(32)),
            new Fact.GrantConsumed(id, grant, "deploy-guard"),
            new Fact.ExecutionReported(id, "succeeded", "exit code 0 after 12 s"),
        ];
    }

    private static Fact.DecisionMade Decided(
        RequestId id,
        DateTimeOffset now,
        string hash,
        Verdict verdict
    ) =>
        new(
            id,
            new Decision(
                verdict,
                Bob,
                Account,
                "Bob",
                Surface.Slack,
                now,
                "as agreed in CHG-4711",
                hash,
                RandomText(32)
            )
        );

    private static string RandomText(int bytes) =>
        System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}

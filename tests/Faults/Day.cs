using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Grants;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Faults;

/// <summary>
/// A scripted day at the real desk: people, an agent, requests, decisions on both surfaces, a grant, a report, a change
/// with four eyes, an export, a heartbeat. Remembers what was answered; what was refused must say so.
/// </summary>
internal sealed class Day(TestDesk desk, FaultyDisk? disk = null)
{
    /// <summary>What the day's guard shows.</summary>
    public const string GuardKey = "guard-key-hash";

    private readonly Dictionary<string, Approval> _requests = new(StringComparer.Ordinal);
    private PersonId? _ann;
    private PersonId? _dave;

    /// <summary>What somebody was told is so.</summary>
    public List<Acknowledged> Answers { get; } = [];

    /// <summary>How many entries of a kind were asked for: no more than these may be there.</summary>
    public Dictionary<string, int> Asked { get; } = new(StringComparer.Ordinal);

    /// <summary>Refused, and said so.</summary>
    public int Refused { get; private set; }

    /// <summary>The agent's keys and the ids that it was told for them (null: it was told nothing).</summary>
    public Dictionary<string, RequestId?> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>The token that the agent holds, and whether a guard was told that it may run.</summary>
    public (string Token, bool IsUsed)? Grant { get; private set; }

    private static CancellationToken Cancel => TestDesk.Cancel;

    public async Task RunAsync()
    {
        var (purpose, kid) = ("ledger", VkeyText.Kid(TestDesk.Vkey.ToString()));
        await RecordAsync(new Fact.KeyCreated(purpose, kid), EntryKinds.KeyCreated, kid);
        if (Refused > 0)
        {
            // The start says so and is over.
            return;
        }

        await MoveInAsync();
        await DecideAsync();
        await UseAsync();
        await ChangeAsync();
        await CloseAsync();
    }

    private async Task MoveInAsync()
    {
        string[] five =
        [
            .. Enumerable.Repeat(EntryKinds.PersonLinked, 3),
            .. Enumerable.Repeat(EntryKinds.ConfigChanged, 2),
        ];
        await DoAsync(five, desk.MoveInAsync, _ => null);
        _ann = await EnrolAsync(Make.Slack("ANN"));
        _dave = await EnrolAsync(Make.Teams("DAVE"));
        if (_ann is not { } ann || _dave is not { } dave || Bob is not { } bob)
        {
            return;
        }

        var approvers = desk.Register.Current.Group("approvers")?.Members ?? [];
        await SetAsync(
            null,
            "group",
            "approvers",
            new Group("approvers", [.. approvers, dave], [])
        );
        var guard = new KnownGuard(
            AgentName.Parse("g", provider: null),
            TestDesk.GrantKeys.Issuer,
            ann,
            Make.Noon
        );
        await SetAsync(null, "guard", "g", guard with { KeyHash = GuardKey });
        // Last: while there is no administrator, what nobody confirms is nobody's.
        await SetAsync(null, "group", Register.Admins, new Group(Register.Admins, [ann, bob], []));
    }

    private async Task DecideAsync()
    {
        foreach (var change in (string[])["CHG-1", "CHG-2", "CHG-3", "CHG-4"])
        {
            await OpenAsync(change);
        }

        await ClickAsync("CHG-1", "BOB", Surface.Slack, EntryKinds.RequestApproved);
        await ClickAsync("CHG-2", "DAVE", Surface.Teams, EntryKinds.RequestApproved);
        await ClickAsync("CHG-3", "CAROL", Surface.Slack, EntryKinds.RequestDenied);
        await ClickAsync("CHG-4", "ERIN", Surface.Slack, ends: null);
        await OnAsync(
            "CHG-4",
            [EntryKinds.RequestCancelled],
            r => desk.Desk.CancelAsync(Make.Agent, r.Id, "not needed", Cancel)
        );
    }

    private async Task UseAsync()
    {
        var issued = await OnAsync(
            "CHG-1",
            [EntryKinds.GrantIssued],
            r => desk.Grants.IssueAsync(Make.Agent, r.Id, new KeyProof.None(), Cancel)
        );
        if (issued is Issued.Granted { Token: var token })
        {
            Grant = (token, false);
            var used = await OnAsync(
                "CHG-1",
                [EntryKinds.GrantConsumed],
                _ => Aftermath.ConsumeAsync(desk, token)
            );
            Grant = (token, used is Consumption.Consumed);
        }

        await OnAsync(
            "CHG-2",
            [EntryKinds.ExecutionReported],
            r => desk.Desk.ReportAsync(Make.Agent, r.Id, "succeeded", "done", Cancel)
        );
    }

    private async Task ChangeAsync()
    {
        if (_ann is not { } ann || _dave is not { } dave)
        {
            return;
        }

        var ruling = await SetAsync(ann, "group", "sre", new Group("sre", [dave], []));
        if (ruling is ConfigRuling.Proposed { Approval: var waits })
        {
            _requests["sre"] = waits;
            await ClickAsync("sre", "BOB", Surface.Slack, EntryKinds.RequestApproved);
            Assert.True(Refused > 0 || desk.Register.Current.Group("sre") is not null);
        }
    }

    private async Task CloseAsync()
    {
        await RecordAsync(new Fact.KeyCreated("grant", "kid"), EntryKinds.KeyCreated, "kid");
        var by = _ann ?? PersonId.New(Make.Noon);
        var export = new Fact.ExportCreated(by, "bundle", null, null);
        await RecordAsync(export, EntryKinds.ExportCreated, "");
        await RecordAsync(new Fact.Heartbeat(), EntryKinds.LedgerHeartbeat, "");
    }

    private PersonId? Bob => desk.Register.Current.PersonOf(Make.Slack("BOB"))?.Id;

    private async Task<PersonId?> EnrolAsync(AccountId account)
    {
        var member = Make.Member(account, $"{account.User}@acme.example");
        var person = await DoAsync(
            [EntryKinds.PersonLinked],
            () => desk.Register.EnrolAsync(member, "first_contact", Cancel),
            p => p.Id.ToString()
        );
        return person?.Id;
    }

    private Task<ConfigRuling?> SetAsync(PersonId? by, string area, string name, object after) =>
        DoAsync(
            by is null
                ? [EntryKinds.ConfigChanged]
                : [EntryKinds.RequestCreated, EntryKinds.ConfigProposed],
            () =>
                desk.Register.ChangeAsync(
                    by,
                    (_, _) =>
                        new ConfigRuling.Set(area, name, after, Widens: true)
                        {
                            Review = by is null ? "unreviewed" : null,
                        },
                    Cancel
                ),
            ruling => (ruling as ConfigRuling.Proposed)?.Approval.Id.ToString()
        );

    private async Task OpenAsync(string change)
    {
        Keys[change] = null;
        var opened = await DoAsync(
            [EntryKinds.RequestCreated],
            () => Aftermath.AskAsync(desk, change),
            o => (o as Opened.Created)?.Approval.Id.ToString()
        );
        if (opened is not Opened.Created { Approval: var made })
        {
            return;
        }

        (Keys[change], _requests[change]) = (made.Id, made);
        Assert.Equal(2, made.Copies.Length);
        var copy = made.Copies[0];
        var shown = new Fact.RequestDisplayed(
            made.Id,
            0,
            copy.Surface,
            copy.Conversation,
            "m" + change,
            "shown"
        );
        await RecordAsync(shown, EntryKinds.RequestDisplayed, made.Id.ToString());
    }

    private async Task<ClickAnswer?> ClickAsync(
        string change,
        string user,
        Surface surface,
        string? ends
    )
    {
        var verdict = ends is EntryKinds.RequestDenied ? Verdict.Rejected : Verdict.Approved;
        return await OnAsync(
            change,
            await ClickKinds.OfAsync(desk, _requests.GetValueOrDefault(change), surface, ends),
            request => DecideAsync(request, user, surface, verdict)
        );
    }

    private Task<ClickAnswer> DecideAsync(
        Approval request,
        string user,
        Surface surface,
        Verdict verdict
    )
    {
        var copy = request.Copies.First(c => c.Surface == surface);
        var account = surface is Surface.Slack ? Make.Slack(user) : Make.Teams(user);
        var place = copy.Conversation;
        return desk.Desk.DecideAsync(
            new Click(copy.Token, verdict, account, place, null, null, "evidence"),
            Cancel
        );
    }

    private Task<bool> RecordAsync(Fact fact, string kind, string txn) =>
        DoAsync(
            [kind],
            () =>
                desk.Committer.CommitAsync(
                    commit =>
                    {
                        commit.Record(fact);
                        return true;
                    },
                    Cancel
                ),
            _ => txn
        );

    /// <summary>Does something to a request of the day, if the day got so far.</summary>
    private async Task<T?> OnAsync<T>(
        string change,
        string[] kinds,
        Func<Approval, Task<T>> step
    ) =>
        _requests.TryGetValue(change, out var request)
            ? await DoAsync(kinds, () => step(request), _ => request.Id.ToString())
            : default;

    private async Task<T?> DoAsync<T>(string[] kinds, Func<Task<T>> step, Func<T, string?> txn)
    {
        foreach (var kind in kinds)
        {
            Asked[kind] = Asked.GetValueOrDefault(kind) + 1;
        }

        try
        {
            var answer = await step();
            if (answer is not (ClickAnswer.Unavailable or Consumption.Refused or Issued.Refused))
            {
                var (after, about) = (disk?.Written?.Count ?? 0, txn(answer) ?? "");
                Answers.AddRange(kinds.Select(k => new Acknowledged(k, about, after)));
                return answer;
            }
        }
        catch (Exception no) when (no is UnavailableException or IOException)
        {
            // Said so: nobody was told that it is done.
        }

        Refused++;
        return default;
    }
}

using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Grants;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;
using Microsoft.Data.Sqlite;
using LedgerFile = ChatApprovals.Tests.Support.LedgerFile;

namespace ChatApprovals.Tests.Faults;

/// <summary>What must be true of a data directory when the bot is started on it again.</summary>
internal static class Aftermath
{
    /// <summary>
    /// No answer is missing, nothing is there twice, the ledger is what was signed, the projections are what the ledger
    /// says, and what was not answered can be asked again.
    /// </summary>
    /// <param name="directory">As the day left it.</param>
    /// <param name="day">What was answered and asked.</param>
    /// <param name="answers">Those that must be there.</param>
    /// <param name="clock">The system's, or one for a day long ago, whose grant is not over yet.</param>
    public static async Task CheckAsync(
        string directory,
        Day day,
        IReadOnlyCollection<Acknowledged> answers,
        TimeProvider? clock = null
    )
    {
        await using (var desk = await OpenAsync(directory, clock))
        {
            desk.Keep = true;
            IsWhole(directory);
            await IsSoundAsync(desk);
            Has(desk, day, answers);
            var before = Projections.Of(desk.Store);
            Rebuild.Run(desk.Store);
            Assert.Equal(before, Projections.Of(desk.Store));
        }

        await using var again = await OpenAsync(directory, clock);
        again.Keep = true;
        await GoesOnAsync(again, day, answers);
        await IsSoundAsync(again);
    }

    public static Task<TestDesk> OpenAsync(string directory, TimeProvider? clock = null) =>
        TestDesk.OpenAsync(directory, clock, others: new Wall(Surface.Teams));

    /// <summary>The same call of the agent as on the day.</summary>
    public static Task<Opened> AskAsync(TestDesk desk, string change) =>
        desk.AskAsync(change, key: "key-" + change, expiresIn: 900);

    /// <summary>The guard asks again, as it does that has read no answer.</summary>
    public static Task<Consumption> ConsumeAsync(TestDesk desk, string token)
    {
        var (asked, context) = (Make.Request(), Make.Json("""{"change":"CHG-1"}"""));
        var what = new AboutToRun(asked.Action, asked.Resource, context);
        var grant = desk.Grants.Open(token);
        return desk.Grants.ConsumeAsync(
            Day.GuardKey,
            grant,
            what,
            new KeyProof.None(),
            TestDesk.Cancel
        );
    }

    private static void IsWhole(string directory)
    {
        using var file = LedgerFile.In(directory);
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", command.ExecuteScalar());
    }

    private static async Task IsSoundAsync(TestDesk desk)
    {
        if (desk.Store.Head() is null)
        {
            return;
        }

        await using var audit = new LedgerAudit(desk.Store, desk.Cabinet.Public, desk.Clock);
        var found = await audit.CheckAsync(TestDesk.Cancel);
        Assert.True(found is LedgerFinding.Sound, (found as LedgerFinding.Wrong)?.Sentence);
    }

    private static void Has(TestDesk desk, Day day, IReadOnlyCollection<Acknowledged> answers)
    {
        var entries = desk.Store.Entries(0, 10_000);
        var kinds = entries.GroupBy(e => e.Kind, StringComparer.Ordinal);
        foreach (var kind in kinds)
        {
            var asked = day.Asked.GetValueOrDefault(kind.Key);
            Assert.True(kind.Count() <= asked, $"{kind.Key}: {kind.Count()}, asked for {asked}");
        }

        foreach (var told in answers.GroupBy(a => (a.Kind, a.Txn)))
        {
            var (kind, txn) = told.Key;
            var found = entries.Count(e =>
                e.Kind.Equals(kind, StringComparison.Ordinal)
                && (txn.Length == 0 || e.Txn.Equals(txn, StringComparison.Ordinal))
            );
            Assert.True(
                txn.Length == 0 ? found >= told.Count() : found == told.Count(),
                $"{kind} {txn}: {found}, answered {told.Count()}"
            );
        }
    }

    /// <summary>Whoever read no answer asks again, and gets the one that was missed, or a first one.</summary>
    private static async Task GoesOnAsync(
        TestDesk desk,
        Day day,
        IReadOnlyCollection<Acknowledged> answers
    )
    {
        if (desk.Register.Current.Agent(Make.Agent) is null)
        {
            Assert.DoesNotContain(answers, a => a.Kind is EntryKinds.ConfigChanged);
            return;
        }

        foreach (var (change, told) in day.Keys)
        {
            var opened = await AskAsync(desk, change);
            var id = opened switch
            {
                Opened.Created created => created.Approval.Id,
                Opened.Same same => same.Approval.Id,
                _ => throw new InvalidOperationException($"{change}: {opened}"),
            };
            Assert.True(
                !answers.Any(a => IsCreation(a, told)) || id == told,
                $"{change} was {told}, is {id}"
            );
            var twice = Assert.IsType<Opened.Same>(await AskAsync(desk, change));
            Assert.Equal(id, twice.Approval.Id);
        }

        if (day.Grant is { } grant && answers.Any(a => a.Kind is EntryKinds.GrantIssued))
        {
            await RunsOnceAsync(desk, grant.Token, answers);
        }
    }

    private static async Task RunsOnceAsync(
        TestDesk desk,
        string token,
        IReadOnlyCollection<Acknowledged> answers
    )
    {
        var first = await ConsumeAsync(desk, token);
        if (answers.Any(a => a.Kind is EntryKinds.GrantConsumed))
        {
            Assert.Equal(new Consumption.Refused(GrantRefusal.AlreadyConsumed), first);
        }

        Assert.IsType<Consumption.Refused>(await ConsumeAsync(desk, token));
    }

    private static bool IsCreation(Acknowledged answer, RequestId? told) =>
        answer.Kind is EntryKinds.RequestCreated
        && string.Equals(answer.Txn, told?.ToString(), StringComparison.Ordinal);
}

using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Approvals;

/// <summary>
/// Random companies (accounts, shared addresses, links, partings, delegations), random clicks, group, owner and address
/// changes in any order: whatever happens, nobody behind a request is counted, every one counted is another
/// human, and an end is the end. The judge is an oracle that knows nothing of <see cref="Duties"/>.
/// <c>PROPERTY_RUNS</c> sets how many (by seed).
/// </summary>
public sealed class DutiesProperties
{
    private const int RunsDefault = 2_000;
    private const int StepsPerRun = 30;

    private static int Runs =>
        int.TryParse(Environment.GetEnvironmentVariable("PROPERTY_RUNS"), out var runs)
            ? runs
            : RunsDefault;

    [Fact]
    public void No_excluded_person_ever_counts_and_an_end_is_the_end()
    {
        var approved = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var company = new RandomCompany(seed);
            for (var step = 0; step < StepsPerRun; step++)
            {
                company.Step();
                Check(company, seed, step);
            }

            approved += company.Approval.Status == RequestStatus.Approved ? 1 : 0;
        }

        Assert.True(
            approved > Runs / 50,
            $"only {approved} of {Runs} runs were approved: the test is weak"
        );
    }

    [Fact]
    public void The_order_of_clicks_never_changes_the_end_nor_how_many_count()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var (one, other) = (new RandomCompany(seed), new RandomCompany(seed));
            var some = one.EveryoneApproves(new Random(seed)).Count;
            var same = other.EveryoneApproves(new Random(~seed)).Count;
            Assert.True(some == same, $"seed {seed}: {some} and {same} were counted");
            Assert.Equal(one.Approval.Status, other.Approval.Status);
        }
    }

    [Fact]
    public void Before_anybody_clicked_exactly_those_may_decide_who_may_by_the_oracle()
    {
        var (may, mayNot) = (0, 0);
        for (var seed = 0; seed < Runs; seed++)
        {
            var company = new RandomCompany(seed);
            foreach (var account in company.Accounts)
            {
                var why = company.WhyNot(account);
                if (why == Refusal.NothingToCompare)
                {
                    continue; // stricter than the oracle, which compares only what there is
                }

                Assert.True(
                    (why is null) == Oracle.MayCount(company, account),
                    $"seed {seed}: {account} is {why?.ToString() ?? "allowed"}"
                );
                (may, mayNot) = why is null ? (may + 1, mayNot) : (may, mayNot + 1);
            }
        }

        Assert.True(may > Runs / 2 && mayNot > Runs / 2, $"{may} may, {mayNot} may not");
    }

    private static void Check(RandomCompany company, int seed, int step)
    {
        var where = $"seed {seed}, step {step}";
        Assert.True(company.Ends <= 1, $"{where}: {company.Ends} terminal states");
        if (company.JustApproved is not { } moment)
        {
            return;
        }

        var counted = moment
            .Decisions.Where(d => d.Verdict == Verdict.Approved)
            .Select(d => d.Account!.Value)
            .Where(a => Oracle.MayCount(company, a))
            .ToList();
        var humans = Oracle.Distinct(company, counted);
        Assert.True(
            humans >= company.Required,
            $"{where}: approved by {humans} distinct people who may, {company.Required} needed"
        );
    }

    /// <summary>The rules again, slowly, from the raw data: sets of accounts and nothing else.</summary>
    private static class Oracle
    {
        public static bool MayCount(RandomCompany c, AccountId account)
        {
            var me = Closure(c, account);
            var identifiers = me.SelectMany(a => AddressesOf(c, a).Append(a.ToString()))
                .ToHashSet(StringComparer.OrdinalIgnoreCase);
            return !identifiers.Contains(c.Initiator)
                && !c.OwnersThen.Any(me.Contains)
                && !c.OwnersNow.Any(me.Contains)
                && !me.Contains(c.KeyCreator)
                && (Lends(c, account).Any(a => IsApprover(c, a)) || IsDelegate(c, account));
        }

        private static bool IsApprover(RandomCompany c, AccountId account) =>
            c.GroupThen.Contains(account) && c.GroupNow.Contains(account);

        /// <summary>For somebody who named them before the request, has not taken it back, and may.</summary>
        private static bool IsDelegate(RandomCompany c, AccountId account) =>
            c.Delegated.Exists(d =>
                d.At < c.Approval.CreatedAt
                && c.Now < d.Until
                && Lends(c, account).Contains(d.To)
                && Lends(c, d.From).Any(a => IsApprover(c, a))
            );

        private static bool AreJoined(RandomCompany c, AccountId a, AccountId b) =>
            c.Delegated.Exists(d =>
                d.At <= c.Approval.CreatedAt
                && c.Approval.CreatedAt <= d.Until
                && ((d.From == a && d.To == b) || (d.From == b && d.To == a))
            );

        public static int Distinct(RandomCompany c, IReadOnlyList<AccountId> accounts)
        {
            List<HashSet<AccountId>> humans = [];
            foreach (var account in accounts)
            {
                if (!humans.Exists(h => h.Contains(account)))
                {
                    humans.Add(Closure(c, account));
                }
            }

            return humans.Count;
        }

        /// <summary>Whose memberships the account may use: its own, and those of accounts linked long enough.</summary>
        private static IEnumerable<AccountId> Lends(RandomCompany c, AccountId account) =>
            c.Accounts.Where(a =>
                a == account || (c.Human[a] == c.Human[account] && IsOld(c, a) && IsOld(c, account))
            );

        private static bool IsOld(RandomCompany c, AccountId account) =>
            !c.LinkedAt.TryGetValue(account, out var at)
            || at + RandomCompany.Wait <= c.Approval.CreatedAt;

        /// <summary>Grows until nothing is linked, was parted too lately, or shares an address.</summary>
        private static HashSet<AccountId> Closure(RandomCompany c, AccountId start)
        {
            HashSet<AccountId> found = [start];
            int before;
            do
            {
                before = found.Count;
                found.UnionWith(c.Accounts.Where(a => found.ToList().Exists(b => AreOne(c, a, b))));
            } while (found.Count > before);

            return found;
        }

        private static bool AreOne(RandomCompany c, AccountId a, AccountId b) =>
            c.Human[a] == c.Human[b]
            || AreJoined(c, a, b)
            || c.Parted.Exists(p =>
                ((p.A == a && p.B == b) || (p.A == b && p.B == a))
                && p.At + RandomCompany.Wait >= c.Approval.CreatedAt
            )
            || AddressesOf(c, a).Intersect(AddressesOf(c, b), StringComparer.Ordinal).Any();

        /// <summary>Those of now, and those given up since the request was made.</summary>
        private static IEnumerable<string> AddressesOf(RandomCompany c, AccountId account) =>
            c.Emails[account]
                .Concat(
                    c.GivenUp.Where(g => g.Account == account && g.At >= c.Approval.CreatedAt)
                        .Select(g => g.Email)
                );
    }
}

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

    private static int Runs => Properties.Runs(RunsDefault);

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
    public void Where_stages_are_open_in_any_order_that_of_clicks_never_changes_the_end()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            if (new RandomCompany(seed).Policy.Order == StageOrder.Sequential)
            {
                continue; // an approval stays in the stage that was open for it
            }

            var (one, other) = (new RandomCompany(seed), new RandomCompany(seed));
            var accounts = Oracle.OneOfEach(one);
            var some = one.Approve(accounts, new Random(seed));
            var same = other.Approve(accounts, new Random(~seed));
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
                if (Oracle.IsIncomparable(company, account))
                {
                    Assert.NotNull(why);
                    continue; // stricter than the oracle, which compares only what there is
                }

                Assert.True(
                    (why is null) == Oracle.MayDecideFirst(company, account),
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

        var needed = company.Policy.Stages.Select(s => s.Count).ToList();
        var filled = BruteForce.Fullest(needed, Oracle.Humans(company, moment));
        Assert.True(
            filled.Sum() == needed.Sum(),
            $"{where}: approved with {filled.Sum()} places of {needed.Sum()} filled by those who may"
        );
    }

    /// <summary>The rules again, slowly, from the raw data: sets of accounts and nothing else.</summary>
    private static class Oracle
    {
        /// <summary>
        /// Each human with one account, if possible one that may: which of theirs they use is their choice, and
        /// brings the stages of that account alone.
        /// </summary>
        public static List<AccountId> OneOfEach(RandomCompany c)
        {
            List<AccountId> some = [];
            foreach (var account in c.Accounts.OrderByDescending(a => MayDecideFirst(c, a)))
            {
                if (!Closure(c, account).Overlaps(some))
                {
                    some.Add(account);
                }
            }

            return some;
        }

        /// <summary>Of somebody who is one place with them nothing is known that could be compared.</summary>
        public static bool IsIncomparable(RandomCompany c, AccountId account) =>
            Closure(c, account).Any(a => c.WhyNot(a) == Refusal.NothingToCompare);

        /// <summary>While nobody has: one after the other, only the first stage is open.</summary>
        public static bool MayDecideFirst(RandomCompany c, AccountId account) =>
            !IsBehind(c, account)
            && StagesOf(c, account).Any(s => s == 0 || c.Policy.Order == StageOrder.Any);

        /// <summary>The stages that each of the humans may fill who approved and may.</summary>
        public static List<List<int>> Humans(RandomCompany c, Approval moment)
        {
            List<(HashSet<AccountId> Human, List<int> Stages)> humans = [];
            foreach (var said in moment.Decisions.Where(d => d.Verdict == Verdict.Approved))
            {
                var account = said.Account!.Value;
                if (IsBehind(c, account))
                {
                    continue;
                }

                var stages = StagesOf(c, account)
                    .Where(s => c.Policy.Order == StageOrder.Any || s == said.Stage);
                var known = humans.FindIndex(h => h.Human.Contains(account));
                if (known < 0)
                {
                    humans.Add((Closure(c, account), [.. stages]));
                }
                else
                {
                    humans[known].Stages.AddRange(stages);
                }
            }

            return [.. humans.Select(h => h.Stages)];
        }

        private static bool IsBehind(RandomCompany c, AccountId account)
        {
            var me = Closure(c, account);
            var identifiers = me.SelectMany(a => AddressesOf(c, a).Append(a.ToString()))
                .ToHashSet(StringComparer.OrdinalIgnoreCase);
            return identifiers.Contains(c.Initiator)
                || c.OwnersThen.Any(me.Contains)
                || c.OwnersNow.Any(me.Contains)
                || me.Contains(c.KeyCreator)
                || c.Widened.Exists(w => me.Contains(w.By) && IsUsed(c, $"g{w.Group}"));
        }

        private static bool IsUsed(RandomCompany c, string group) =>
            c.Policy.Stages.Any(s => s.Approvers.Contains(group, StringComparer.Ordinal));

        /// <summary>Their own, and of whoever named them before the request, has not taken it back, and may.</summary>
        private static IEnumerable<int> StagesOf(RandomCompany c, AccountId account) =>
            c
                .Delegated.Where(d =>
                    d.At < c.Approval.CreatedAt
                    && c.Now < d.Until
                    && Lends(c, account).Contains(d.To)
                )
                .SelectMany(d => OwnStages(c, d.From))
                .Union(OwnStages(c, account));

        private static IEnumerable<int> OwnStages(RandomCompany c, AccountId account) =>
            c
                .Policy.Stages.Select((s, i) => (Stage: s, Index: i))
                .Where(s => Lends(c, account).Any(a => IsThenAndNow(c, s.Stage, a)))
                .Select(s => s.Index);

        private static bool AreJoined(RandomCompany c, AccountId a, AccountId b) =>
            c.Delegated.Exists(d =>
                d.At <= c.Approval.CreatedAt
                && c.Approval.CreatedAt <= d.Until
                && ((d.From == a && d.To == b) || (d.From == b && d.To == a))
            );

        /// <summary>In some group of the stage then, and in some now: not always the same one.</summary>
        private static bool IsThenAndNow(RandomCompany c, Stage stage, AccountId account)
        {
            var groups = stage.Approvers.Select(g => g[1] - '0').ToList();
            return groups.Exists(g => c.GroupsThen[g].Contains(account))
                && groups.Exists(g => c.GroupsNow[g].Contains(account));
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

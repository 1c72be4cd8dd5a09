using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>
/// Random companies (people, accounts, shared addresses), random clicks, group, owner and address changes
/// in any order: whatever happens, nobody behind a request is counted and an end is the end. The judge is
/// an oracle that knows nothing of <see cref="Duties"/>. <c>PROPERTY_RUNS</c> sets how many (by seed).
/// </summary>
public sealed class DutiesProperties
{
    private const int RunsDefault = 2_000;
    private const int StepsPerRun = 25;

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

    private static void Check(RandomCompany company, int seed, int step)
    {
        var where = $"seed {seed}, step {step}";
        Assert.True(company.Ends <= 1, $"{where}: {company.Ends} terminal states");
        if (company.JustApproved is not { } moment)
        {
            return;
        }

        var counted = moment.Approvers.Where(p => Oracle.MayCount(company, p)).ToList();
        var humans = Oracle.Distinct(company, counted);
        Assert.True(
            humans >= company.Required,
            $"{where}: approved by {humans} distinct people who may, {company.Required} needed"
        );
    }

    /// <summary>The rules again, slowly, from the raw data: sets of strings and nothing else.</summary>
    private static class Oracle
    {
        public static bool MayCount(RandomCompany c, PersonId person)
        {
            var me = Closure(c, person);
            bool IsMe(PersonId other) => me.Contains(other);
            var identifiers = me.SelectMany(p => c.Accounts[p])
                .SelectMany(a => c.Emails[a].Append(a.ToString()))
                .Select(t => t.ToUpperInvariant())
                .ToHashSet(StringComparer.Ordinal);
            return !identifiers.Contains(c.Initiator.ToUpperInvariant())
                && !c.OwnersThen.Any(IsMe)
                && !c.OwnersNow.Any(IsMe)
                && !IsMe(c.KeyCreator)
                && c.GroupThen.Contains(person)
                && c.GroupNow.Contains(person);
        }

        public static int Distinct(RandomCompany c, IReadOnlyList<PersonId> people)
        {
            List<HashSet<PersonId>> humans = [];
            foreach (var person in people)
            {
                if (!humans.Exists(h => h.Contains(person)))
                {
                    humans.Add(Closure(c, person));
                }
            }

            return humans.Count;
        }

        private static HashSet<PersonId> Closure(RandomCompany c, PersonId start)
        {
            HashSet<PersonId> found = [start];
            bool grew;
            do
            {
                var emails = found
                    .SelectMany(p => c.Accounts[p])
                    .SelectMany(a => c.Emails[a])
                    .ToHashSet(StringComparer.OrdinalIgnoreCase);
                var more = c
                    .Accounts.Where(p => p.Value.SelectMany(a => c.Emails[a]).Any(emails.Contains))
                    .Select(p => p.Key)
                    .ToList();
                grew = more.Any(p => !found.Contains(p));
                found.UnionWith(more);
            } while (grew);

            return found;
        }
    }
}

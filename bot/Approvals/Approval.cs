using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// One request's state: <c>pending</c>, then exactly one of <c>approved</c>, <c>denied</c>,
/// <c>expired</c>, <c>cancelled</c>, never any other way and never back. Immutable: every change is a
/// <see cref="Fact"/> applied by <see cref="Apply"/>.
/// </summary>
public sealed record Approval(RequestId Id, DateTimeOffset CreatedAt, Opening Opening)
{
    public RequestStatus Status { get; init; } = RequestStatus.Pending;
    public ImmutableArray<CardCopy> Copies { get; init; } = Opening.Copies;
    public ImmutableArray<Decision> Decisions { get; init; } = [];

    /// <summary>What people asked the agent, oldest first.</summary>
    public ImmutableArray<Question> Questions { get; init; } = [];
    public DateTimeOffset? EndedAt { get; init; }
    public string? EndedBy { get; init; }
    public string? EndReason { get; init; }

    /// <summary>
    /// For each stage, the places that were filled when it ended without being approved; null when nobody had
    /// approved by then, and where its end was recorded without it.
    /// </summary>
    public ImmutableArray<int>? FilledAtEnd { get; init; }
    public Execution? Execution { get; init; }

    /// <summary>What became of the grant; null until one was issued or revoked.</summary>
    public GrantState? Grant { get; init; }
    public DateTimeOffset? RemindedAt { get; init; }
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>What of the configuration changes when this is approved; null for what agents ask.</summary>
    public ProposedChange? Change { get; init; }

    /// <summary>Who was given it over HTTP or read all of it in the app, and which view of it; none after the end.</summary>
    public ImmutableArray<Reading> Readings { get; init; } = [];

    /// <summary>How what was asked, said and shown was erased; null while it is there.</summary>
    public Erasure? Erased { get; init; }

    public bool IsPending => Status == RequestStatus.Pending;

    /// <summary>The people whose approval was counted, in order.</summary>
    public IEnumerable<PersonId> Approvers =>
        Decisions
            .Where(d => d.Verdict == Verdict.Approved)
            .Select(d => d.Person)
            .OfType<PersonId>();

    /// <summary>How many questions and answers there are.</summary>
    public int Said => Questions.Length + Questions.Count(q => q.Answer is not null);

    /// <summary>The copy whose buttons carry this token, or null.</summary>
    public CardCopy? CopyOf(string token) =>
        Copies.FirstOrDefault(c => string.Equals(c.Token, token, StringComparison.Ordinal));

    /// <summary>
    /// The state after a fact about this request. A fact that would leave a terminal state is a bug of
    /// the caller: it throws, and the commit that carries it is forgotten.
    /// </summary>
    public Approval Apply(Fact fact, DateTimeOffset at) =>
        fact switch
        {
            Fact.RequestDisplayed shown => Shown(shown, at),
            Fact.DecisionMade made => this with
            {
                Decisions = MustBePending().Decisions.Add(made.Decision),
            },
            Fact.DecisionRefused or Fact.QuestionRefused => this,
            Fact.QuestionAsked asked => this with
            {
                Questions = MustBePending()
                    .Questions.Add(asked.Question with { At = at, Place = Said }),
            },
            Fact.QuestionAnswered answered => Answered(answered, at),
            Fact.ConfigProposed proposed => MustBePending() with { Change = proposed.Change },
            Fact.RequestEnded ended => MustBePending() with
            {
                Status = ended.Status,
                EndedAt = at,
                EndedBy = ended.By,
                EndReason = ended.Reason,
                Readings = [],
                FilledAtEnd = ended.Filled,
            },
            Fact.RequestReminded reminded => MustBePending() with
            {
                RemindedAt = at,
                Copies = Copies.AddRange(reminded.Copies),
            },
            Fact.RequestEscalated escalated => MustBePending() with
            {
                EscalatedAt = at,
                Copies = Copies.AddRange(escalated.Copies),
            },
            Fact.ExecutionReported run => this with
            {
                Execution = new Execution(run.Outcome, run.Detail, at) { Guard = run.Guard },
            },
            Fact.GrantIssued or Fact.GrantConsumed or Fact.GrantRevoked => this with
            {
                Grant = (MustBeApproved().Grant ?? new GrantState()).Apply(fact, at),
            },
            Fact.GrantRefused => this,
            Fact.RequestErased erased => MustHaveEnded() with
            {
                Erased = erased.Erasure with { At = at },
                Copies = erased.Copies,
            },
            _ => throw new InvalidOperationException($"{fact.GetType().Name} is not of a request"),
        };

    private Approval Shown(Fact.RequestDisplayed shown, DateTimeOffset at)
    {
        if (shown.Copy is not { } index)
        {
            var reading = new Reading(shown.Conversation, shown.DisplayHash);
            return IsPending ? this with { Readings = Readings.Add(reading) } : this;
        }

        // The copies were erased with the opening; the erasure, which comes later, brings what is left of them.
        if (Opening.IsErased && Erased is null)
        {
            return this;
        }

        var before = Copies[index];
        var after = before with
        {
            Message = shown.Message,
            DisplayHash = shown.DisplayHash,
            ShownAt = before.ShownAt ?? at,
            Told = Math.Max(before.Told, shown.Told),
        };
        return this with { Copies = Copies.SetItem(index, after) };
    }

    private Approval Answered(Fact.QuestionAnswered answered, DateTimeOffset at)
    {
        var asked = MustBePending().Questions.Single(q => q.Id == answered.Question);
        var after = asked with { Answer = new AgentAnswer(answered.Text, at, Said) };
        return this with { Questions = Questions.Replace(asked, after) };
    }

    private Approval MustBeApproved() =>
        Status == RequestStatus.Approved
            ? this
            : throw new InvalidOperationException($"{Id} is {Status}, so it has no grant");

    private Approval MustHaveEnded() =>
        IsPending
            ? throw new InvalidOperationException($"{Id} is pending: nothing is erased")
            : this;

    private Approval MustBePending() =>
        IsPending ? this : throw new InvalidOperationException($"{Id} is {Status} for good");
}

/// <summary>An account was given a request for itself, in a view with this hash.</summary>
public sealed record Reading(string Account, string DisplayHash);

using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// What happens when an agent asks, inside one commit: is it a repeat, may the agent ask, which policy
/// applies, could anybody approve it, and what is recorded.
/// </summary>
internal sealed class Opener(DeskOptions options)
{
    /// <summary>No characters that look alike: read aloud on the phone, matched by eye.</summary>
    private const string CodeAlphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    public Opened Open(
        Commit commit,
        AgentName name,
        ActionRequest request,
        string bodyHash,
        string? idempotencyKey
    )
    {
        if (commit.Register.Agent(name) is not { Disabled: false } agent)
        {
            return new Opened.AgentDisabled();
        }

        var keyHash = idempotencyKey is null ? null : HashKey(name, idempotencyKey);
        if (Repeat(commit, name, bodyHash, keyHash) is { } repeat)
        {
            return repeat;
        }

        var policy = commit.Register.Policies.Choose(name, request);
        if (WhyNot(commit, agent, request, policy) is { } refused)
        {
            return refused;
        }

        var id = RequestId.New(commit.Now);
        var opening = Opening(commit.Register, commit.Now, agent, request, policy, id, options) with
        {
            BodyHash = bodyHash,
            IdempotencyHash = keyHash,
        };
        var approval = new Approval(id, commit.Now, opening);
        if (Impossible(approval, commit.Register) is { } detail)
        {
            return new Opened.NoEligibleApprover(detail);
        }

        commit.Record(new Fact.RequestCreated(id, opening));
        foreach (var fact in ByPolicy(approval, commit.Now))
        {
            commit.Record(fact);
        }

        return new Opened.Created(commit.Find(id)!);
    }

    /// <summary>
    /// Whether opening it would have people asked about something new, of an agent that is not frozen. Records
    /// nothing.
    /// </summary>
    public bool WouldAsk(Commit commit, AgentName name, ActionRequest request, string bodyHash)
    {
        var register = commit.Register;
        if (
            register.Agent(name) is not { Disabled: false } agent
            || register.IsFrozen(name)
            || (
                commit.FindPendingByBody(name, bodyHash) is { } earlier
                && !Bench.Expire(earlier, commit.Now).Any()
            )
        )
        {
            return false;
        }

        var policy = register.Policies.Choose(name, request);
        return policy.Effect == Effect.RequireApproval
            && WhyNot(commit, agent, request, policy) is null
            && Impossible(Draft(register, commit.Now, agent, request, policy, options), register)
                is null;
    }

    private Opened? WhyNot(Commit commit, Agent agent, ActionRequest request, Policy policy) =>
        !agent.MayAsk(request.Action.Name) ? new Opened.ActionNotAllowed()
        : policy.Effect == Effect.RequireApproval
        && commit.PendingOf(agent.Name) >= options.PendingPerAgent
            ? new Opened.TooManyPending(options.PendingPerAgent)
        : null;

    private static Opened? Repeat(Commit commit, AgentName agent, string bodyHash, string? keyHash)
    {
        var earlier = keyHash is null
            ? commit.FindPendingByBody(agent, bodyHash)
            : commit.FindByIdempotency(keyHash);
        if (earlier is null)
        {
            return null;
        }

        foreach (var fact in Bench.Expire(earlier, commit.Now))
        {
            commit.Record(fact);
            if (keyHash is null)
            {
                return null;
            }
        }

        return string.Equals(earlier.Opening.BodyHash, bodyHash, StringComparison.Ordinal)
            ? new Opened.Same(commit.Find(earlier.Id)!)
            : new Opened.KeyReused();
    }

    /// <summary>A request as it would be opened now. Nothing comes of it.</summary>
    public static Approval Draft(
        Register register,
        DateTimeOffset now,
        Agent agent,
        ActionRequest request,
        Policy policy,
        DeskOptions options
    )
    {
        var id = RequestId.New(now);
        return new Approval(
            id,
            now,
            Opening(register, now, agent, request, policy.Pinned(), id, options)
        );
    }

    private static Opening Opening(
        Register register,
        DateTimeOffset now,
        Agent agent,
        ActionRequest request,
        Policy policy,
        RequestId id,
        DeskOptions options
    )
    {
        var salt = Binding.NewSalt();
        var seconds = Math.Min(request.ExpiresIn ?? policy.ExpiresIn, policy.ExpiresIn);
        return new Opening
        {
            Agent = agent.Name,
            Request = request,
            Salt = salt,
            BindingHash = Binding.Hash(
                agent.Name,
                request.Action,
                request.Resource,
                request.Context,
                salt
            ),
            Code = NewCode(),
            Policy = policy,
            Risk = PolicyBook.RiskOf(policy, request),
            Owners = agent.Owners,
            KeyCreator = agent.KeyCreator,
            Eligible =
            [
                .. policy.Stages.Select(s => MembersOf(s, register, now - options.GroupWait)),
            ],
            ExpiresAt = now.AddSeconds(seconds),
            Copies = Copies(policy, register, id, options),
            BodyHash = "",
        };
    }

    private static ImmutableArray<CardCopy> Copies(
        Policy policy,
        Register register,
        RequestId id,
        DeskOptions options
    ) =>
        policy.Effect == Effect.RequireApproval
            ?
            [
                .. Routing
                    .For(policy, register, options)
                    .Select(
                        (d, i) => new CardCopy(CardToken.New(id, i), d.Surface, d.Conversation)
                    ),
            ]
            : [];

    /// <summary>Why nobody could ever approve this, or null.</summary>
    private static string? Impossible(Approval approval, Register register)
    {
        var policy = approval.Opening.Policy;
        if (policy.Effect != Effect.RequireApproval)
        {
            return null;
        }

        if (approval.Copies.IsEmpty)
        {
            return "No conversation to show the card in: an administrator sets one with "
                + "'route set default slack:<channel>' or adds the bot to a Teams channel.";
        }

        var forecast = Forecast.Of(approval, register);
        return forecast.IsPossible ? null : forecast.Explain();
    }

    private static IEnumerable<Fact> ByPolicy(Approval approval, DateTimeOffset now)
    {
        var policy = approval.Opening.Policy;
        if (policy.Effect == Effect.RequireApproval)
        {
            return [];
        }

        var allowed = policy.Effect == Effect.Allow;
        var verdict = allowed ? Verdict.Approved : Verdict.Rejected;
        var reason = $"policy {policy.Name} version {policy.Version}";
        return
        [
            new Fact.DecisionMade(
                approval.Id,
                new Decision(
                    verdict,
                    null,
                    null,
                    policy.Name,
                    Surface.Policy,
                    now,
                    reason,
                    null,
                    null
                )
            ),
            new Fact.RequestEnded(
                approval.Id,
                allowed ? RequestStatus.Approved : RequestStatus.Denied,
                $"policy:{policy.Name}",
                reason
            ),
        ];
    }

    /// <summary>Whoever joined later than <paramref name="since"/> has no say yet (<c>People:GroupWait</c>).</summary>
    private static ImmutableArray<PersonId> MembersOf(
        Stage stage,
        Register register,
        DateTimeOffset since
    ) => [.. stage.Approvers.SelectMany(g => register.MembersOf(g, since)).Distinct()];

    private static string NewCode()
    {
        // All at once: a question to the generator for each character costs more than the rest.
        Span<byte> random = stackalloc byte[16];
        Span<char> text = stackalloc char[6];
        for (var filled = 0; filled < text.Length; )
        {
            RandomNumberGenerator.Fill(random);
            foreach (var value in random)
            {
                // The last few values would favour the first characters.
                if (value < 256 / CodeAlphabet.Length * CodeAlphabet.Length && filled < text.Length)
                {
                    text[filled++] = CodeAlphabet[value % CodeAlphabet.Length];
                }
            }
        }

        return $"{text[..3]}-{text[3..]}";
    }

    private static string HashKey(AgentName agent, string key) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{agent}\n{key}")));
}

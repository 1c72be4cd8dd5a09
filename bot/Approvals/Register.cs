using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Approvals;

/// <summary>
/// People, agents, groups, policies, routes and places as they are now: what a decision is judged by.
/// Immutable; changed only by <see cref="Apply"/>. A few thousand rows: it lives in memory as a whole.
/// </summary>
public sealed partial record Register
{
    public static Register Empty { get; } = new();

    public ImmutableDictionary<PersonId, Person> People { get; init; } =
        ImmutableDictionary<PersonId, Person>.Empty;

    public ImmutableSortedDictionary<string, Agent> Agents { get; init; } =
        ImmutableSortedDictionary.Create<string, Agent>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, Group> Groups { get; init; } =
        ImmutableSortedDictionary.Create<string, Group>(StringComparer.Ordinal);

    /// <summary>Where cards of a policy go, as <c>slack:…</c> or <c>teams:…</c> conversations.</summary>
    public ImmutableSortedDictionary<string, Route> Routes { get; init; } =
        ImmutableSortedDictionary.Create<string, Route>(StringComparer.Ordinal);

    /// <summary>Every policy that was ever set, by name, as it is now; those removed say so.</summary>
    public ImmutableSortedDictionary<string, Policy> EveryPolicy { get; private init; } =
        ImmutableSortedDictionary.Create<string, Policy>(StringComparer.Ordinal);

    public PolicyOrder? PolicyOrder { get; private init; }

    /// <summary>The policies that apply, in order.</summary>
    public PolicyBook Policies { get; private init; } = PolicyBook.Initial;

    /// <summary>Keys for the ledger's HTTP endpoints, by person.</summary>
    public ImmutableSortedDictionary<string, AuditorKey> AuditorKeys { get; init; } =
        ImmutableSortedDictionary.Create<string, AuditorKey>(StringComparer.Ordinal);

    /// <summary>Programs that check grants before they run something, by name.</summary>
    public ImmutableSortedDictionary<string, KnownGuard> Guards { get; init; } =
        ImmutableSortedDictionary.Create<string, KnownGuard>(StringComparer.Ordinal);

    /// <summary>Requests that a guarded endpoint sent and whose outcome is not known yet, by id.</summary>
    public ImmutableSortedDictionary<string, Forward> Forwards { get; init; } =
        ImmutableSortedDictionary.Create<string, Forward>(StringComparer.Ordinal);

    /// <summary>Where agents are told of changes, by the agent's name.</summary>
    public ImmutableSortedDictionary<string, AgentCallback> Callbacks { get; init; } =
        ImmutableSortedDictionary.Create<string, AgentCallback>(StringComparer.Ordinal);

    /// <summary>What is frozen: agents by name, and <see cref="Everything"/>.</summary>
    public ImmutableSortedDictionary<string, Freeze> Freezes { get; init; } =
        ImmutableSortedDictionary.Create<string, Freeze>(StringComparer.Ordinal);

    /// <summary>The name under which all agents are frozen; no agent can be called so.</summary>
    public const string Everything = "@all";

    /// <summary>Teams conversations that the bot was added to.</summary>
    public ImmutableSortedDictionary<string, Place> Places { get; init; } =
        ImmutableSortedDictionary.Create<string, Place>(StringComparer.Ordinal);

    /// <summary>The key of a role that is kept as a group: administrators and auditors.</summary>
    public const string Admins = "@admins";

    public const string Auditors = "@auditors";

    private ImmutableDictionary<string, AgentName> ByKey { get; init; } =
        ImmutableDictionary.Create<string, AgentName>(StringComparer.Ordinal);

    public AgentCallback? Callback(AgentName agent) =>
        Callbacks.GetValueOrDefault(agent.ToString());

    public Agent? Agent(AgentName name) => Agents.GetValueOrDefault(name.ToString());

    /// <summary>The agent that holds the key with this hash, or null. See <see cref="Agent.KeyHash"/>.</summary>
    public Agent? AgentByKey(string keyHash) =>
        ByKey.TryGetValue(keyHash, out var name) ? Agent(name) : null;

    /// <summary>The guard that holds the key with this hash, or null.</summary>
    public KnownGuard? GuardByKey(string keyHash) =>
        Guards.Values.FirstOrDefault(g =>
            string.Equals(g.KeyHash, keyHash, StringComparison.Ordinal)
        );

    /// <summary>Whether nothing of this agent may run now.</summary>
    public bool IsFrozen(AgentName agent) =>
        Freezes.ContainsKey(Everything) || Freezes.ContainsKey(agent.ToString());

    /// <summary>Whose auditor's key has this hash, if that person is an auditor or administrator now.</summary>
    public PersonId? AuditorByKey(string keyHash) =>
        AuditorKeys.Values.FirstOrDefault(k =>
            string.Equals(k.KeyHash, keyHash, StringComparison.Ordinal)
        )
            is { } key
        && Person(key.Person) is { } holder
        && holder.Ids.Any(id => IsInGroup(Auditors, id) || IsInGroup(Admins, id))
            ? key.Person
            : null;

    public Group? Group(string name) => Groups.GetValueOrDefault(name);

    /// <summary>Who made the policy, the order of policies or a group of it larger between these times.</summary>
    public IEnumerable<PersonId> WidenedSince(
        Policy policy,
        DateTimeOffset since,
        DateTimeOffset? until = null
    )
    {
        foreach (var widening in WideningsOf(policy))
        {
            if (widening.At >= since && !(widening.At > until))
            {
                foreach (var person in widening.By)
                {
                    yield return person;
                }
            }
        }
    }

    private IEnumerable<Widening> WideningsOf(Policy policy)
    {
        foreach (var group in policy.Stages.SelectMany(s => s.Approvers))
        {
            foreach (var widening in Group(group)?.Widenings ?? [])
            {
                yield return widening;
            }
        }

        foreach (var widening in EveryPolicy.GetValueOrDefault(policy.Name)?.Widenings ?? [])
        {
            yield return widening;
        }

        foreach (var widening in policy.IsBuiltIn ? [] : PolicyOrder?.Widenings ?? [])
        {
            yield return widening;
        }
    }

    /// <summary>The register after a fact about configuration or people; itself for any other.</summary>
    public Register Apply(Fact fact, DateTimeOffset at) =>
        fact switch
        {
            Fact.PersonLinked linked => Linked(linked, at),
            Fact.PersonUnlinked unlinked => Unlinked(unlinked, at),
            Fact.PersonErased erased => Erased(erased),
            Fact.ConfigChanged changed => With(changed.Area, changed.Name, changed.After).At(at),
            Fact.GrantConsumed { Forwarded: true } sent => this with
            {
                Forwards = Forwards.SetItem(sent.Id.ToString(), new Forward(sent.Guard, at)),
            },
            Fact.ExecutionReported { Guard: not null } run => this with
            {
                Forwards = Forwards.Remove(run.Id.ToString()),
            },
            _ => this,
        };

    /// <summary>The register in which one thing of the configuration is as given; null removes it.</summary>
    public Register With(string area, string name, JsonElement? value) =>
        area switch
        {
            "agent" => WithAgent(name, As<Agent>(value)),
            "group" => this with { Groups = Put(Groups, name, As<Group>(value)) },
            "policy" => WithPolicies(Put(EveryPolicy, name, As<Policy>(value)), PolicyOrder),
            "policy_order" => WithPolicies(EveryPolicy, As<PolicyOrder>(value)),
            "route" => this with { Routes = Put(Routes, name, As<Route>(value)) },
            "place" => this with { Places = Put(Places, name, As<Place>(value)) },
            "auditor_key" => this with
            {
                AuditorKeys = Put(AuditorKeys, name, As<AuditorKey>(value)),
            },
            "guard" => this with { Guards = Put(Guards, name, As<KnownGuard>(value)) },
            "freeze" => this with { Freezes = Put(Freezes, name, As<Freeze>(value)) },
            "callback" => this with { Callbacks = Put(Callbacks, name, As<AgentCallback>(value)) },
            PlatformGroupArea => this with
            {
                PlatformGroups = Put(PlatformGroups, name, As<PlatformGroup>(value)),
            },
            DelegationArea => this with
            {
                Delegators = Put(Delegators, name, As<Delegator>(value)),
            },
            "forward" => this with { Forwards = Put(Forwards, name, As<Forward>(value)) },
            _ => throw new InvalidOperationException($"no such area of configuration: {area}"),
        };

    /// <summary>What a thing of the configuration is now, or null.</summary>
    public JsonElement? Value(string area, string name)
    {
        object? value = area switch
        {
            "agent" => Agents.GetValueOrDefault(name),
            "group" => Groups.GetValueOrDefault(name),
            "policy" => EveryPolicy.GetValueOrDefault(name),
            "policy_order" => PolicyOrder,
            "route" => Routes.GetValueOrDefault(name),
            "place" => Places.GetValueOrDefault(name),
            "auditor_key" => AuditorKeys.GetValueOrDefault(name),
            "guard" => Guards.GetValueOrDefault(name),
            "freeze" => Freezes.GetValueOrDefault(name),
            "callback" => Callbacks.GetValueOrDefault(name),
            PlatformGroupArea => PlatformGroups.GetValueOrDefault(name),
            DelegationArea => Delegators.GetValueOrDefault(name),
            Linking.LinkArea or Linking.PartArea => Linking.Standing(this, name),
            _ => null,
        };
        return value is null
            ? null
            : JsonSerializer.SerializeToElement(value, value.GetType(), ConfigJson.Options);
    }

    private Register WithPolicies(
        ImmutableSortedDictionary<string, Policy> every,
        PolicyOrder? order
    ) =>
        this with
        {
            EveryPolicy = every,
            PolicyOrder = order,
            Policies = PolicyBook.Of(every.Values, order),
        };

    private Register WithAgent(string name, Agent? agent)
    {
        var keys = Agents.TryGetValue(name, out var old) ? ByKey.Remove(old.KeyHash) : ByKey;
        return this with
        {
            Agents = Put(Agents, name, agent),
            ByKey = agent is null ? keys : keys.SetItem(agent.KeyHash, agent.Name),
        };
    }

    private static T? As<T>(JsonElement? value)
        where T : class => value?.Deserialize<T>(ConfigJson.Options);

    private static ImmutableSortedDictionary<string, T> Put<T>(
        ImmutableSortedDictionary<string, T> all,
        string name,
        T? value
    )
        where T : class => value is null ? all.Remove(name) : all.SetItem(name, value);
}

/// <summary>An auditor's own key, as base64url(SHA-256(key)).</summary>
public sealed record AuditorKey(PersonId Person, string KeyHash, DateTimeOffset CreatedAt);

/// <summary>Where the cards of a policy (or <c>default</c>) are sent.</summary>
public sealed record Route(string Policy, ImmutableArray<Destination> Destinations);

/// <summary>A Slack channel id or a Teams conversation id.</summary>
public sealed record Destination(Surface Surface, string Conversation);

/// <summary>
/// A Teams conversation the bot was added to: <see cref="Kind"/> <c>channel</c>, <c>groupChat</c> or
/// <c>personal</c>; <see cref="Account"/> whose 1:1 chat it is.
/// </summary>
public sealed record Place(
    string Conversation,
    string Kind,
    string Tenant,
    string ServiceUrl,
    DateTimeOffset AddedAt
)
{
    // Not parameters: strict JSON would then require them, and a channel has neither.
    public AccountId? Account { get; init; }
    public string? Mri { get; init; }
}

/// <summary>How values of the configuration are written in the ledger: snake_case, strict.</summary>
public static class ConfigJson
{
    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerOptions.Strict)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = System
                .Text
                .Json
                .Serialization
                .JsonIgnoreCondition
                .WhenWritingNull,
        };

    public static JsonElement ToElement<T>(T value) =>
        JsonSerializer.SerializeToElement(value, Options);
}

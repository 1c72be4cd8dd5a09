namespace ChatApprovals.Playground;

/// <summary>One human of the playground and the accounts they have. <c>Key</c>: lower-case first name, how the page
/// and tests call the person. <c>Slack</c>: user id, null without an account. <c>Teams</c>: Entra object id, likewise;
/// <c>Mri</c>: the bot's own id of that account, <c>29:…</c>.</summary>
public sealed record Person(
    string Key,
    string Name,
    string Role,
    string Email,
    string? Slack,
    string? Teams,
    string? Mri,
    bool Guest
);

/// <summary>Acme's people: the cast of every scenario. Not the workspace or tenant itself.</summary>
public static class People
{
    /// <summary>Slack workspace.</summary>
    public const string SlackTeam = "T07ACME0001";

    /// <summary>Entra tenant.</summary>
    public const string Tenant = "5f0c1d6e-3b7a-4c52-9e44-8a6b2d90c1f3";

    public static readonly Person Alice = new(
        "alice",
        "Alice Ng",
        "starts agents",
        "alice@acme.example",
        "U07ALICE001",
        null,
        null,
        Guest: false
    );

    public static readonly Person Bob = new(
        "bob",
        "Bob Mensah",
        "approver",
        "bob@acme.example",
        "U07BOB00001",
        null,
        null,
        Guest: false
    );

    public static readonly Person Carol = new(
        "carol",
        "Carol Diaz",
        "approver",
        "carol@acme.example",
        "U07CAROL001",
        "c1a7f6de-41b0-4f0e-8c55-0b7d3e9a6a11",
        "29:1Q8hXkT3carolVd0yWn2LrC5uZs7GfMbEJp4aKiRoNt9w",
        Guest: false
    );

    public static readonly Person Dan = new(
        "dan",
        "Dan Brook",
        "guest",
        "dan@partner.example",
        "U07DAN00001",
        "d4e2b9c3-7f15-4a86-b1d0-6c8f2a5e9b22",
        "29:1Zp5WnR8danHc3mTqE6vKyU0bLsGfXjAoDi7wNtMgSk2e",
        Guest: true
    );

    public static readonly Person Erin = new(
        "erin",
        "Erin Okafor",
        "administrator",
        "erin@acme.example",
        "U07ERIN0001",
        "e7b3a0f4-92cd-4d18-a6e7-3f5b1c8d7e33",
        "29:1Lt2MvB9erinSx6dPqJ4gHw8zCnYfRuKoEa0iTbXmVk5s",
        Guest: false
    );

    public static IReadOnlyList<Person> All { get; } = [Alice, Bob, Carol, Dan, Erin];

    public static Person? Find(string? key) =>
        All.FirstOrDefault(p => string.Equals(p.Key, key, StringComparison.Ordinal));

    public static Person? BySlack(string? id) =>
        id is null
            ? null
            : All.FirstOrDefault(p => string.Equals(p.Slack, id, StringComparison.Ordinal));

    /// <summary>By Entra object id or by MRI.</summary>
    public static Person? ByTeams(string? id) =>
        id is null
            ? null
            : All.FirstOrDefault(p =>
                string.Equals(p.Teams, id, StringComparison.OrdinalIgnoreCase)
                || string.Equals(p.Mri, id, StringComparison.Ordinal)
            );
}

using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>Administrators say where an agent is told of changes.</summary>
public sealed class CallbackJourney
{
    private const string Hook = "https://agent.acme.example/approvals";

    [Fact]
    public async Task A_callback_is_set_shown_rotated_and_ended()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var set = await RunAsync(desk, $"agent callback deploy-bot {Hook}");
        Assert.True(set.Secret);
        Assert.Contains("Signing secret: whsec_", set.Lines[0], StringComparison.Ordinal);
        var first = desk.Register.Current.Callback(Make.Agent)!;
        Assert.Equal(Hook, first.Url);
        Assert.Equal(
            "Nothing to change",
            (await RunAsync(desk, $"agent callback deploy-bot {Hook}")).Title
        );
        var rotated = await RunAsync(desk, "agent callback deploy-bot rotate");
        Assert.True(rotated.Secret);
        var second = desk.Register.Current.Callback(Make.Agent)!;
        Assert.NotEqual(first.SecretId, second.SecretId, StringComparer.Ordinal);
        Assert.Equal(first.SecretId, second.Before!.SecretId);
        var shown = await RunAsync(desk, "agent callback deploy-bot");
        Assert.False(shown.Secret);
        Assert.Contains(Hook, shown.Lines[0], StringComparison.Ordinal);
        Assert.Equal("Nothing is owed.", shown.Lines[^1]);
        await RunAsync(desk, "agent callback deploy-bot off");
        Assert.Null(desk.Register.Current.Callback(Make.Agent));
    }

    [Fact]
    public async Task What_is_owed_is_listed_and_dropped_when_it_ends()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        await RunAsync(desk, $"agent callback deploy-bot {Hook}");
        var approval = await desk.OpenOneAsync();
        await desk.ClickAsync(approval, "BOB");
        var line = Assert.Single(desk.Callbacks.Owed(Make.Agent, 10));
        await desk.Callbacks.FailedAsync(line, "It answered 500.", again: null, TestDesk.Cancel);
        var shown = await RunAsync(desk, "agent callback deploy-bot");
        Assert.Contains(
            "GIVEN UP after 1 attempts: It answered 500.",
            shown.Lines[1],
            StringComparison.Ordinal
        );
        Assert.Contains(
            "agent callback deploy-bot retry",
            shown.Lines[^1],
            StringComparison.Ordinal
        );
        await RunAsync(desk, "agent callback deploy-bot retry");
        Assert.NotNull(desk.Callbacks.Owed(Make.Agent, 10)[0].DueAt);
        await RunAsync(desk, "agent callback deploy-bot off");
        Assert.Empty(desk.Callbacks.Owed(Make.Agent, 10));
    }

    [Fact]
    public async Task Another_address_has_another_secret_and_the_same_one_keeps_its_own()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var first = await RunAsync(desk, $"agent callback deploy-bot {Hook}");
        await RunAsync(desk, "agent callback deploy-bot rotate");
        var known = desk.Register.Current.Callback(Make.Agent)!;
        var other = await RunAsync(desk, $"agent callback deploy-bot {Hook}/other");
        var now = desk.Register.Current.Callback(Make.Agent)!;
        Assert.NotEqual(known.SecretId, now.SecretId, StringComparer.Ordinal);
        Assert.Null(now.Before);
        Assert.True(other.Secret);
        Assert.NotEqual(first.Lines[0], other.Lines[0], StringComparer.Ordinal);
        await desk.Callbacks.GoneAsync(now, TestDesk.Cancel);
        await RunAsync(desk, $"agent callback deploy-bot {Hook}/other");
        var again = desk.Register.Current.Callback(Make.Agent)!;
        Assert.Equal((now.SecretId, false), (again.SecretId, again.Gone));
    }

    [Fact]
    public async Task More_that_is_owed_than_is_shown_is_counted()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        await RunAsync(desk, $"agent callback deploy-bot {Hook}");
        for (var i = 0; i < 23; i++)
        {
            await desk.ClickAsync(await desk.OpenOneAsync($"CHG-{i}"), "BOB");
        }

        var shown = await RunAsync(desk, "agent callback deploy-bot");
        Assert.Equal(
            20,
            shown.Lines.Count(l => l.StartsWith("request.", StringComparison.Ordinal))
        );
        Assert.StartsWith("… and 3 more", shown.Lines[^2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agent callback deploy-bot http://agent.acme.example/")]
    [InlineData("agent callback deploy-bot http://agent.acme.example/ private")]
    [InlineData("agent callback deploy-bot http://localhost/")]
    [InlineData("agent callback deploy-bot https://u:p@agent.acme.example/")]
    [InlineData("agent callback deploy-bot https://agent.acme.example/#f")]
    [InlineData("agent callback deploy-bot ftp://agent.acme.example/")]
    [InlineData("agent callback deploy-bot agent.acme.example")]
    [InlineData("agent callback deploy-bot https://agent.acme.example/ public")]
    [InlineData("agent callback deploy-bot off now")]
    [InlineData("agent callback")]
    public async Task What_is_no_callback_is_not_understood(string typed)
    {
        await using var desk = await AnnsDesk.OpenAsync();
        Assert.Equal("Not understood", (await RunAsync(desk, typed)).Title);
        Assert.Empty(desk.Register.Current.Callbacks);
    }

    [Theory]
    [InlineData("agent callback nobody https://agent.acme.example/")]
    [InlineData("agent callback deploy-bot https://unreachable.example/")]
    [InlineData("agent callback deploy-bot rotate")]
    public async Task What_cannot_be_is_refused_and_nothing_changes(string typed)
    {
        await using var desk = await AnnsDesk.OpenAsync();
        Assert.Equal("Refused", (await RunAsync(desk, typed)).Title);
        Assert.Empty(desk.Register.Current.Callbacks);
    }

    [Fact]
    public async Task An_address_waits_for_another_administrator_and_its_secret_is_shown_to_nobody_then()
    {
        await using var desk = await AnnsDesk.OpenWithBobAsync();
        var proposed = await RunAsync(desk, $"agent callback deploy-bot {Hook}");
        Assert.DoesNotContain(proposed.Lines, l => l.Contains("whsec_", StringComparison.Ordinal));
        Assert.Empty(desk.Register.Current.Callbacks);
        var waiting = await desk.WaitingChangeAsync();
        await desk.ClickAsync(waiting, "BOB");
        Assert.Equal(Hook, desk.Register.Current.Callback(Make.Agent)!.Url);
        var rotated = await RunAsync(desk, "agent callback deploy-bot rotate");
        Assert.Contains("whsec_", rotated.Lines[0], StringComparison.Ordinal);
        var size = (int)desk.Store.Head()!.Size;
        Assert.DoesNotContain(
            desk.Store.Entries(0, size).Where(e => e.Kind is EntryKinds.ConfigChanged),
            e =>
                System
                    .Text.Encoding.UTF8.GetString(e.Bytes)
                    .Contains("whsec_", StringComparison.Ordinal)
        );
    }

    private static Task<Reply> RunAsync(TestDesk desk, string typed) =>
        AnnsDesk
            .Commands(
                desk,
                new AdminOptions("http://127.0.0.1:3978", desk.Cabinet.Callbacks)
                {
                    WhyNotCallback = (url, _, _) =>
                        Task.FromResult(
                            url.Host.StartsWith("un", StringComparison.Ordinal)
                                ? "The address cannot be called."
                                : null
                        ),
                }
            )
            .AsAsync(Make.Slack("ANN"), typed);
}

using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <content>What is told twice.</content>
public sealed partial class CommandJourney
{
    [Fact]
    public async Task A_captured_command_has_no_second_effect_not_even_after_a_restart()
    {
        await using var first = await OpenAsync();
        first.Keep = true;
        var once = await RunAsync(first, "ANN", "agent rotate deploy-bot", "v0=signature");
        Assert.True(once.Secret, string.Join('\n', once.Lines));
        var key = first.Register.Current.Agent(Make.Agent)!.KeyHash;
        await first.DisposeAsync();

        await using var second = await TestDesk.OpenAsync(first.Path);
        var size = second.Store.Head()!.Size;
        var again = await RunAsync(second, "ANN", "agent rotate deploy-bot", "v0=signature");
        Assert.Equal("Received before", again.Title);
        Assert.False(again.Secret);
        Assert.Equal(key, second.Register.Current.Agent(Make.Agent)!.KeyHash);
        Assert.Equal(size, second.Store.Head()!.Size);

        var typed = await RunAsync(second, "ANN", "agent rotate deploy-bot", "v0=another");
        Assert.True(typed.Secret);
        Assert.NotEqual(
            key,
            second.Register.Current.Agent(Make.Agent)!.KeyHash,
            StringComparer.Ordinal
        );
    }

    [Fact]
    public async Task A_command_that_only_reads_is_answered_every_time()
    {
        await using var desk = await OpenAsync();
        var once = await RunAsync(desk, "ANN", "whoami", "v0=signature");
        var again = await RunAsync(desk, "ANN", "whoami", "v0=signature");
        Assert.Equal(string.Join('\n', once.Lines), string.Join('\n', again.Lines));
    }
}

using System.Text.Json;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Guard;
using ChatApprovals.Http;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>Administrators put a guarded endpoint before an upstream.</summary>
public sealed class GuardedEndpointJourney
{
    private const string Add =
        "guard add cloud upstream http://127.0.0.1:9/v1 header Authorization from file:cloud-token "
        + "bind X-Tenant methods GET POST private";

    [Fact]
    public async Task A_guarded_endpoint_is_added_listed_and_removed_and_never_shows_a_credential()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        Write(desk, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var added = await RunAsync(desk, Add);
        Assert.Equal("Guarded endpoint cloud added", added.Title);
        Assert.False(added.Secret);
        var guard = desk.Register.Current.Guards["cloud"];
        Assert.Equal("http://127.0.0.1:3978/guard/cloud", guard.Audience);
        Assert.Null(guard.KeyHash);
        Assert.Equal("http://127.0.0.1:9/v1", guard.Upstream!.Url);
        Assert.Equal(["GET", "POST"], guard.Upstream.Methods);
        var list = string.Join('\n', (await RunAsync(desk, "guard list")).Lines);
        Assert.Contains("Authorization from file:cloud-token", list, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:9/v1", list, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", list, StringComparison.Ordinal);
        var rotated = await RunAsync(desk, "guard rotate cloud");
        Assert.Equal("Refused", rotated.Title);
        Assert.Contains("replace the file", rotated.Lines[0], StringComparison.Ordinal);
        Assert.Equal("Refused", (await RunAsync(desk, Add)).Title);
        Assert.Equal("Guard cloud removed", (await RunAsync(desk, "guard remove cloud")).Title);
        Assert.Empty(desk.Register.Current.Guards);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)]
    public async Task A_file_that_others_can_read_is_no_place_for_a_credential(UnixFileMode mode)
    {
        await using var desk = await AnnsDesk.OpenAsync();
        Write(desk, mode);
        await RefusedAsync(desk, Add, "chmod 600");
    }

    [Fact]
    public async Task What_is_not_there_is_said_when_the_guard_is_added()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        await RefusedAsync(desk, Add, "file:cloud-token is no file");
        var variable = Add.Replace("file:cloud-token", "env:NO_SUCH_VARIABLE_HERE");
        await RefusedAsync(desk, variable, "env:NO_SUCH_VARIABLE_HERE is not set");
        var path = Write(desk, UnixFileMode.UserRead);
        File.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(path)!, "link"), path);
        await RefusedAsync(desk, Add.Replace("file:cloud-token", "file:link"), "is no file");
        Environment.SetEnvironmentVariable("GUARD_JOURNEY_TOKEN", "two\nlines");
        var lines = Add.Replace("file:cloud-token", "env:GUARD_JOURNEY_TOKEN");
        await RefusedAsync(desk, lines, "is not the value of a header");
        Environment.SetEnvironmentVariable("GUARD_JOURNEY_TOKEN", "one");
        Assert.StartsWith("Guarded", (await RunAsync(desk, lines)).Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1", "not public")]
    [InlineData("https://10.1.2.3", "not public")]
    [InlineData("https://[::1]", "not public")]
    [InlineData("https://169.254.169.254 private", "never called")]
    [InlineData("https://[64:ff9b::a9fe:a9fe] private", "never called")]
    [InlineData("https://no-such-name.invalid", "does not resolve")]
    public async Task An_upstream_that_may_not_be_called_is_refused(string upstream, string why)
    {
        await using var desk = await AnnsDesk.OpenAsync();
        await RefusedAsync(desk, $"guard add cloud upstream {upstream}", why);
    }

    [Fact]
    public async Task With_two_administrators_the_other_sees_what_it_is_and_confirms_it()
    {
        await using var desk = await AnnsDesk.OpenWithBobAsync();
        Write(desk, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await RunAsync(desk, Add);
        Assert.Empty(desk.Register.Current.Guards);
        var waiting = await desk.WaitingChangeAsync();
        var shown = JsonSerializer.Serialize(waiting.Opening.Request.Diff);
        foreach (var part in new[] { "127.0.0.1:9/v1", "file:cloud-token", "X-Tenant", "private" })
        {
            Assert.Contains(part, shown, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("s3cret", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("a new one, told to", shown, StringComparison.Ordinal);
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(waiting, "BOB"));
        Assert.Equal(["X-Tenant"], desk.Register.Current.Guards["cloud"].Upstream!.Bind);
        Assert.Null(desk.Register.Current.Guards["cloud"].KeyHash);
    }

    [Theory]
    [InlineData("cloud-token", "belongs to another user")]
    [InlineData("", "stands in a directory of another user")]
    public async Task A_credential_that_another_user_could_exchange_is_none(string what, string why)
    {
        SharedData.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            "only root can give a file away"
        );
        await using var desk = await AnnsDesk.OpenAsync();
        Write(desk, UnixFileMode.UserRead);
        var given = Path.Combine(desk.Path, Credentials.Folder, what);
        await OtherProgram.Run("chown", ["65534", given], null, TestDesk.Cancel);
        await RefusedAsync(desk, Guarded, why);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_credential_in_a_directory_that_others_can_write_to_is_none(
        UnixFileMode more
    )
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var directory = Path.GetDirectoryName(Write(desk, UnixFileMode.UserRead))!;
#pragma warning disable CA1416 // skipped by Write
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | more);
#pragma warning restore CA1416
        await RefusedAsync(desk, Guarded, "chmod 700");
    }

    private const string Guarded =
        "guard add cloud upstream http://127.0.0.1:9/v1 header Authorization from file:cloud-token private";

    private static string Write(TestDesk desk, UnixFileMode mode)
    {
        var directory = Path.Combine(desk.Path, Credentials.Folder);
        System.IO.Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "cloud-token");
        File.WriteAllText(path, "Bearer s3cret\n");
        SharedData.SkipUnless(!OperatingSystem.IsWindows(), "Windows has no file modes");
#pragma warning disable CA1416 // skipped above
        File.SetUnixFileMode(path, mode);
#pragma warning restore CA1416
        return path;
    }

    private static async Task RefusedAsync(TestDesk desk, string typed, string why)
    {
        var reply = await RunAsync(desk, typed);
        Assert.Equal("Refused", reply.Title);
        Assert.Contains(why, reply.Lines[0], StringComparison.Ordinal);
        Assert.Empty(desk.Register.Current.Guards);
    }

    private static async Task<Reply> RunAsync(TestDesk desk, string typed)
    {
        var outbound = new Outbound();
        var credentials = new Credentials(Path.Combine(desk.Path, Credentials.Folder));
        var options = new AdminOptions("http://127.0.0.1:3978", desk.Cabinet.Callbacks)
        {
            WhyNotUpstream = UpstreamTrial.With(outbound, credentials),
        };
        return await AnnsDesk.Commands(desk, options).AsAsync(Make.Slack("ANN"), typed);
    }
}

using System.Diagnostics;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// Waits for what another thread will make true. The bound only ends a test that would hang; no test says
/// anything about how fast something is.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < s_patience, $"never became true: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}

using System.Diagnostics;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// Waits for what another thread will make true. The bound only ends a test that would hang; no test says
/// anything about how fast something is.
/// </summary>
public static class Eventually
{
    /// <summary>A busy machine may stand still for many seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Task TrueAsync(Func<bool> condition, string what) =>
        TrueAsync(() => Task.FromResult(condition()), () => what);

    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">What should have become true, as it is when it did not.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Patience, $"never became true: {what()}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}

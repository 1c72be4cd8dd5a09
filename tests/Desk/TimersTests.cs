using System.Reflection;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatApprovals.Tests.Desk;

public sealed class TimersTests
{
    [Fact]
    public async Task A_request_made_while_the_next_end_is_looked_up_ends_in_time_too()
    {
        await using var desk = await TestDesk.OpenAsync();
        var store = DispatchProxy.Create<IStore, Between>();
        var between = (Between)(object)store;
        between.Store = desk.Store;
        using var timers = new Timers(
            desk.Committer,
            store,
            new ChatApprovals.Desk.Directory([desk.Wall], desk.Clock),
            PatientClock.Shared,
            NullLogger<Timers>.Instance
        );
        await timers.StartAsync(TestDesk.Cancel);
        var first = await desk.OpenOneAsync("CHG-1", expiresIn: 1);

        // Between reading when the next ends and knowing it.
        Approval? second = null;
        between.After = () =>
        {
            var ended = desk.Committer.Recent.Find(first.Id) is { IsPending: false };
            if (ended && second is null)
            {
                second = desk.OpenOneAsync("CHG-2", expiresIn: 1).GetAwaiter().GetResult();
            }
        };
        await Eventually.TrueAsync(() => Volatile.Read(ref second) is not null, "it was made");
        var over = await desk.Desk.WaitAsync(
            Make.Agent,
            second!.Id,
            TimeSpan.FromSeconds(20),
            TestDesk.Cancel
        );
        Assert.Equal(RequestStatus.Expired, over!.Status);
        await timers.StopAsync(TestDesk.Cancel);
    }

    /// <summary>The store, with something that happens after the next end was read.</summary>
    public class Between : DispatchProxy
    {
        public IStore Store { get; set; } = null!;

        public Action? After { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = targetMethod!.Invoke(Store, args);
            if (
                string.Equals(
                    targetMethod.Name,
                    nameof(IStore.NextExpiry),
                    StringComparison.Ordinal
                )
            )
            {
                After?.Invoke();
            }

            return answer;
        }
    }
}

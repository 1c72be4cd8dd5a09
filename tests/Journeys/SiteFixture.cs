namespace ChatApprovals.Tests.Journeys;

/// <summary>One <see cref="Site"/> for all cases of a class, which run one after the other.</summary>
public sealed class SiteFixture : IAsyncLifetime
{
    internal Site Site { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Site = await Site.OpenAsync();

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}

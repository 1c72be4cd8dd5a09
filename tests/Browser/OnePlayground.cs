namespace ChatApprovals.Tests.Browser;

/// <summary>All browser tests share one playground, one after the other.</summary>
[CollectionDefinition]
public sealed class OnePlayground : ICollectionFixture<PlaygroundInBrowser>;

namespace ChatApprovals.Tests.Approvals;

/// <summary>How much the tests by seed try: <c>PROPERTY_RUNS</c>, of the nightly command, or less.</summary>
internal static class Properties
{
    public static int Runs(int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("PROPERTY_RUNS"), out var runs)
            ? runs
            : otherwise;
}

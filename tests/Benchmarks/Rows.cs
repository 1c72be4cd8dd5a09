namespace ChatApprovals.Tests.Benchmarks;

/// <summary>The lines of the table about a bot that serves clients.</summary>
internal static class Rows
{
    public static IEnumerable<Figures.Row> Of(Plan plan)
    {
        yield return new("append", "4 KiB append + fdatasync", "/s");
        foreach (var n in plan.Clients)
        {
            yield return new($"plaintext {n}", $"bare Kestrel plaintext, {n} clients", "/s");
        }

        yield return new("creates 1", "durable creates, 1 client", "/s", "append", "append");
        foreach (var n in plan.Clients.Where(n => n > 1))
        {
            var name = $"durable creates, {n} clients";
            yield return new($"creates {n}", name, "/s", $"plaintext {n}", "plaintext");
        }

        yield return new(
            "slack",
            "signed Slack clicks, decision durable",
            "/s",
            "plaintext 16",
            "plaintext"
        );
        yield return new(
            "teams",
            "signed Teams invokes, decision durable",
            "/s",
            "plaintext 16",
            "plaintext"
        );
        foreach (var n in plan.Pending)
        {
            var name = $"create → Slack click → released, {n:#,0} pending";
            yield return new($"cycles {n}", name, "/s", "plaintext 128", "plaintext");
        }

        yield return new("release p50", "click → agent released, 10/s, p50", " ms");
        yield return new("release p99", "click → agent released, 10/s, p99", " ms");
        yield return new("direct", "a GET of the upstream, directly, 16 clients", "/s");
        yield return new(
            "forward",
            "the same through a guarded endpoint, allowed by policy",
            "/s",
            "direct",
            "direct"
        );
        yield return new("append beside", "4 KiB append + fdatasync, beside it", "/s");
        yield return new(
            "consume",
            "grants consumed by a guard, 16 clients",
            "/s",
            "append beside",
            "append"
        );
        yield return new("rest", "a request read by REST, 16 clients", "/s");
        yield return new("mcp", "the same by MCP (get_approval)", "/s", "rest", "REST");
        yield return new("memory idle", "memory, idle", " MB");
        yield return new("memory", "memory, 10,000 pending under long poll", " MB");
        yield return new("start", "process start → first 201", " s");
    }
}

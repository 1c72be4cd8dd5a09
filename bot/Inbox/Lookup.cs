using System.Globalization;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>
/// <c>GET /v1/requests/{id}</c>, with <c>wait</c> to be told as soon as it is no longer pending, and
/// <c>GET /v1/requests</c>. An agent sees its own; another's id is 404 as an unknown one is.
/// </summary>
internal sealed class Lookup(
    ApprovalDesk desk,
    AgentGate gate,
    AgentWaits waits,
    Receipts receipts,
    IHostApplicationLifetime lifetime
)
{
    /// <summary>Seconds; contract section 2.</summary>
    private const int WaitMax = 60;

    private const int LimitDefault = 50;
    private const int LimitMax = 200;

    public async Task<Problem?> OneAsync(HttpContext http, Agent agent, CancellationToken cancel)
    {
        if (!TryReadId(http, out var id))
        {
            return Problems.NotFound;
        }

        if (WholeOf(http, "wait", 0, WaitMax, 0) is not { } wait)
        {
            return Problems.BadQuery($"wait: seconds, 0 to {WaitMax}.");
        }

        using var slot = wait > 0 ? waits.Begin(agent.Name) : null;
        if (wait > 0 && slot is null)
        {
            return InboxProblems.TooManyStreams;
        }

        var found = await WaitAsync(agent.Name, id, TimeSpan.FromSeconds(wait), cancel);
        // The key may have been rotated, or the agent disabled, while it waited.
        if (wait > 0 && gate.WhyNot(http.Request) is { } why)
        {
            return why;
        }

        if (found is null)
        {
            return Problems.NotFound;
        }

        await Answer.JsonAsync(
            http,
            StatusCodes.Status200OK,
            json => RequestView.Write(json, found, gate.Register),
            cancel
        );
        return null;
    }

    public async Task<Problem?> ListAsync(HttpContext http, Agent agent, CancellationToken cancel)
    {
        if (WholeOf(http, "limit", 1, LimitMax, LimitDefault) is not { } limit)
        {
            return Problems.BadQuery($"limit: 1 to {LimitMax}.");
        }

        if (!TryReadStatus(http, out var status))
        {
            return Problems.BadQuery("status: pending, approved, denied, expired or cancelled.");
        }

        if (!TryReadAfter(http, out var after))
        {
            return Problems.BadQuery("after: the id of a request of this agent.");
        }

        if (after is { } from && await desk.FindAsync(agent.Name, from, cancel) is null)
        {
            return Problems.BadQuery("after: the id of a request of this agent.");
        }

        // One more than asked for, to know whether there is a next page.
        var found = await desk.ListAsync(agent.Name, status, after, limit + 1, cancel);
        await Answer.JsonAsync(
            http,
            StatusCodes.Status200OK,
            json => WriteList(json, found, limit),
            cancel
        );
        return null;
    }

    /// <summary><c>/receipt</c>: 409 before the decision, afterwards the receipt and its proof.</summary>
    public async Task<Problem?> ReceiptAsync(
        HttpContext http,
        Agent agent,
        CancellationToken cancel
    )
    {
        if (
            !TryReadId(http, out var id)
            || await desk.FindAsync(agent.Name, id, cancel) is not { } found
        )
        {
            return Problems.NotFound;
        }

        if (receipts.Of(found) is not { } receipt)
        {
            return InboxProblems.Undecided(found, gate.Register);
        }

        await Answer.JsonAsync(http, StatusCodes.Status200OK, Write, cancel);
        return null;

        void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("receipt", receipt.Jws);
            json.WriteString("proof", receipt.Proof);
            json.WriteEndObject();
        }
    }

    /// <summary>The id in the path; false is 404 like any unknown id.</summary>
    public static bool TryReadId(HttpContext http, out RequestId id) =>
        RequestId.TryParse(http.GetRouteValue("id") as string, provider: null, out id);

    /// <summary>Waits no longer than the process lives: a stopping bot answers what is so now.</summary>
    public async Task<Approval?> WaitAsync(
        AgentName agent,
        RequestId id,
        TimeSpan wait,
        CancellationToken cancel
    )
    {
        if (wait == TimeSpan.Zero)
        {
            return await desk.FindAsync(agent, id, cancel);
        }

        var stopping = lifetime.ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping);
        try
        {
            return await desk.WaitAsync(agent, id, wait, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return await desk.FindAsync(agent, id, cancel);
        }
    }

    private void WriteList(Utf8JsonWriter json, IReadOnlyList<Approval> found, int limit)
    {
        json.WriteStartObject();
        json.WriteStartArray("requests");
        foreach (var approval in found.Take(limit))
        {
            RequestView.Write(json, approval, gate.Register);
        }

        json.WriteEndArray();
        json.WriteString("next", found.Count > limit ? found[limit - 1].Id.ToString() : null);
        json.WriteEndObject();
    }

    private static bool TryReadStatus(HttpContext http, out RequestStatus? status)
    {
        status = null;
        if (!http.Request.Query.TryGetValue("status", out var values))
        {
            return true;
        }

        if (values is not [{ } word] || !WireNames.TryParse<RequestStatus>(word, out var known))
        {
            return false;
        }

        status = known;
        return true;
    }

    private static bool TryReadAfter(HttpContext http, out RequestId? after)
    {
        after = null;
        if (!http.Request.Query.TryGetValue("after", out var values))
        {
            return true;
        }

        if (values is not [{ } text] || !RequestId.TryParse(text, provider: null, out var id))
        {
            return false;
        }

        after = id;
        return true;
    }

    private static int? WholeOf(HttpContext http, string name, int min, int max, int absent)
    {
        if (!http.Request.Query.TryGetValue(name, out var values))
        {
            return absent;
        }

        return
            values is [{ } text]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
            ? number
            : null;
    }
}

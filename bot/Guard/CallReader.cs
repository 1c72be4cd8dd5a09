using System.Collections.Immutable;
using System.Globalization;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ChatApprovals.Guard;

/// <summary>What is read of a call before its body.</summary>
internal abstract record CallReading
{
    private CallReading() { }

    /// <param name="Call">Without its body.</param>
    /// <param name="Origin">Who is behind it.</param>
    /// <param name="Approval">The request it says was approved.</param>
    /// <param name="Wait">How long the caller lets itself be held; zero when it did not say.</param>
    public sealed record Read(
        GuardedCall Call,
        CallOrigin Origin,
        RequestId? Approval,
        TimeSpan Wait
    ) : CallReading;

    public sealed record Refused(Problem Problem) : CallReading;
}

/// <summary>
/// Reads a call of a guarded endpoint. Refuses what could not be sent on as it came: nothing is mended.
/// </summary>
internal static class CallReader
{
    private const string ApprovalHeader = "Approval";

    /// <summary>RFC 9110, 13.1, those that decide whether something is done.</summary>
    private static readonly ImmutableArray<string> s_conditions =
    [
        "If-Match",
        "If-None-Match",
        "If-Unmodified-Since",
    ];

    /// <summary>Seconds; contract section 3.</summary>
    private const int WaitMax = 60;

    /// <summary>The head of a call.</summary>
    /// <param name="http">Of an agent that was let in.</param>
    /// <param name="agent">Which.</param>
    /// <param name="register">The guards as they are now.</param>
    public static CallReading Head(HttpContext http, AgentName agent, Register register)
    {
        var request = http.Request;
        var raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var (target, problem) = GuardedTarget.Parse(raw);
        if (target is null)
        {
            return Refused(CallProblems.BadTarget(problem));
        }

        if (register.Guards.GetValueOrDefault(target.Name) is not { Upstream: { } to } guard)
        {
            return Refused(CallProblems.NotFound);
        }

        if (!to.Methods.Contains(request.Method, StringComparer.Ordinal))
        {
            return Refused(Problems.WrongMethod(string.Join(", ", to.Methods)));
        }

        return WhyNotSent(request, to) is { } unfit
            ? Refused(unfit)
            : Headers(request, agent, new GuardedCall(guard, request.Method, target));
    }

    private static CallReading Headers(HttpRequest request, AgentName agent, GuardedCall call)
    {
        var (origin, unclear) = CallOrigin.Of(request, agent);
        if (origin is null)
        {
            return Refused(unclear!);
        }

        if (!TryApproval(request, out var approval))
        {
            return Refused(Problems.BadHeader("Approval: one id of a request, apr_…"));
        }

        if (Bind(request, call.Upstream) is not { } headers)
        {
            return Refused(Problems.BadHeader("A header that is bound: once, visible ASCII."));
        }

        var whole = call with { ContentType = request.ContentType, Headers = headers };
        return new CallReading.Read(whole, origin, approval, WaitOf(request));
    }

    private static Problem? WhyNotSent(HttpRequest request, Upstream to) =>
        request.Headers.Upgrade.Count > 0 ? CallProblems.Upgrade
        : !JsonBody.IsPlain(request.Headers.ContentEncoding) ? CallProblems.Compressed
        : Condition(request, to) is { } condition ? CallProblems.Unsent(condition)
        : request.Headers.ContentType.Count > 1
        || (request.ContentType is { } type && !HttpText.IsHeaderValue(type))
            ? Problems.BadHeader("Content-Type: once, visible ASCII.")
        : null;

    /// <summary>
    /// On what a change is to depend: without it the upstream would do what the agent did not ask for. Of reads the
    /// answer is whole without.
    /// </summary>
    private static string? Condition(HttpRequest request, Upstream to) =>
        request.Method is "GET" or "HEAD" or "OPTIONS"
            ? null
            : s_conditions.FirstOrDefault(name =>
                request.Headers.ContainsKey(name)
                && !to.Bind.Contains(name, StringComparer.OrdinalIgnoreCase)
            );

    /// <summary>Null when one is there twice, or not as it could be shown.</summary>
    private static ImmutableSortedDictionary<string, string>? Bind(HttpRequest request, Upstream to)
    {
        var headers = ImmutableSortedDictionary.CreateBuilder<string, string>(
            StringComparer.Ordinal
        );
        foreach (var name in to.Bind)
        {
            if (!request.Headers.TryGetValue(name, out var values))
            {
                continue;
            }

            if (values is not [{ } value] || !HttpText.IsHeaderValue(value))
            {
                return null;
            }

            headers[name] = value;
        }

        return headers.ToImmutable();
    }

    private static bool TryApproval(HttpRequest request, out RequestId? approval)
    {
        approval = null;
        if (!request.Headers.TryGetValue(ApprovalHeader, out var values))
        {
            return true;
        }

        if (values is not [{ } text] || !RequestId.TryParse(text, provider: null, out var id))
        {
            return false;
        }

        approval = id;
        return true;
    }

    /// <summary>RFC 7240, 4.3: a preference that cannot be read is none; a longer one is cut.</summary>
    private static TimeSpan WaitOf(HttpRequest request)
    {
        foreach (var preference in request.Headers["Prefer"].SelectMany(v => (v ?? "").Split(',')))
        {
            if (
                preference.Split(';')[0].Split('=', 2) is [var name, var value]
                && name.Trim().Equals("wait", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(
                    value.Trim().Trim('"'),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var seconds
                )
            )
            {
                return TimeSpan.FromSeconds(Math.Min(seconds, WaitMax));
            }
        }

        return TimeSpan.Zero;
    }

    private static CallReading.Refused Refused(Problem problem) => new(problem);
}

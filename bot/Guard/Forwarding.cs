using System.Collections.Immutable;
using System.Net;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Guard;

/// <summary>How long an upstream may take. Own limits.</summary>
/// <param name="Head">Until its answer begins.</param>
/// <param name="Pause">Between two pieces of the answer.</param>
public sealed record Patience(TimeSpan Head, TimeSpan Pause)
{
    /// <summary>Until the end of the answer, however it comes.</summary>
    public TimeSpan Whole { get; init; } = TimeSpan.FromHours(1);

    public static Patience Usual { get; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60));
}

/// <summary>
/// Sends a call that was let through, exactly once, and hands its answer on piece by piece. Whatever
/// happens is reported; what is not known to have happened is <c>unknown</c>, and never tried again.
/// </summary>
internal sealed partial class Forwarding(
    ForwardDesk forwards,
    Outbound outbound,
    Credentials credentials,
    Patience patience,
    ILogger<Forwarding> logger
)
{
    /// <summary>The most of an answer that is in memory.</summary>
    private const int PieceMax = 64 * 1024;

    /// <summary>
    /// What the bot adds to calls of this upstream, when it can be called now; null when not, and then nothing
    /// may be used up: the log says why.
    /// </summary>
    public async Task<ImmutableArray<KeyValuePair<string, string>>?> ReadyAsync(
        KnownGuard guard,
        CancellationToken cancel
    )
    {
        var to = guard.Upstream!;
        var added = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var header in to.Headers)
        {
            switch (credentials.Read(header))
            {
                case Credential.Value(var text):
                    added.Add(KeyValuePair.Create(header.Name, text));
                    break;
                case Credential.Missing(var why):
                    LogNotReady(logger, guard.Name, why);
                    return null;
            }
        }

        if (await outbound.WhyNotAsync(new Uri(to.Url), to.Private, cancel) is { } refused)
        {
            LogNotReady(logger, guard.Name, refused);
            return null;
        }

        return added.ToImmutable();
    }

    /// <summary>
    /// Sends it and answers with what came back; 502 when nothing did. The outcome is in the ledger before the
    /// agent has the whole answer.
    /// </summary>
    public async Task<Problem?> SendAsync(HttpContext http, ToSend call, CancellationToken cancel)
    {
        var report = new CallReport(forwards, call.Id, call.Guard.Name.ToString(), logger);
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        whole.CancelAfter(patience.Whole);
        try
        {
            await HandOnAsync(http, call, report, whole.Token);
            return null;
        }
        catch (UpstreamException broken)
        {
            return await BrokenAsync(http, report, broken.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return await BrokenAsync(http, report, "The upstream's answer took too long to end.");
        }
        finally
        {
            var why = cancel.IsCancellationRequested
                ? "The caller left before the end of the answer."
                : "The bot failed while the call was under way; its log says how.";
            await report.SayAsync(Execution.Unknown, why, CancellationToken.None);
        }
    }

    private async Task HandOnAsync(
        HttpContext http,
        ToSend call,
        CallReport report,
        CancellationToken cancel
    )
    {
        using var answer = await HeadAsync(call.Message, call.Guard.Upstream!.Private, cancel);
        AnswerHeaders.Copy(answer, http.Response);
        http.Response.StatusCode = (int)answer.StatusCode;
        await PassOnAsync(http, answer, report, cancel);
    }

    private static async Task<Problem?> BrokenAsync(HttpContext http, CallReport report, string why)
    {
        await report.SayAsync(Execution.Unknown, why, CancellationToken.None);
        if (!http.Response.HasStarted)
        {
            return CallProblems.UpstreamFailed;
        }

        // The agent must not take half an answer for a whole one.
        http.Abort();
        return null;
    }

    private async Task<HttpResponseMessage> HeadAsync(
        HttpRequestMessage request,
        bool mayBePrivate,
        CancellationToken cancel
    )
    {
        var answer = await UpstreamException.InTimeAsync(
            limit => outbound.SendAsync(request, mayBePrivate, limit),
            patience.Head,
            cancel
        );
        return answer.StatusCode >= HttpStatusCode.OK
            ? answer
            : throw new UpstreamException("The upstream answered something else than HTTP.");
    }

    private async Task PassOnAsync(
        HttpContext http,
        HttpResponseMessage answer,
        CallReport report,
        CancellationToken cancel
    )
    {
        var (outcome, detail) = Outcome((int)answer.StatusCode);
        var left = answer.Content.Headers.ContentLength ?? long.MaxValue;
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var piece = new byte[PieceMax];
        while (true)
        {
            var read = await UpstreamException.InTimeAsync(
                limit => body.ReadAsync(piece, limit).AsTask(),
                patience.Pause,
                cancel
            );
            left -= read;
            if (read == 0 || left == 0)
            {
                await report.SayAsync(outcome, detail, CancellationToken.None);
            }

            if (read == 0)
            {
                return;
            }

            await http.Response.Body.WriteAsync(piece.AsMemory(0, read), cancel);
        }
    }

    /// <summary>502 and 504 are another gateway's word that it does not know either.</summary>
    private static (string Outcome, string Detail) Outcome(int status) =>
        (
            status < 400 ? Execution.Succeeded
            : status is 502 or 504 ? Execution.Unknown
            : Execution.Failed,
            $"The upstream answered {status}."
        );

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Guarded endpoint {Guard} cannot be used: {Why}"
    )]
    private static partial void LogNotReady(ILogger logger, AgentName guard, string why);
}

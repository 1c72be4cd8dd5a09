using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>
/// One request from asking to reporting. The command starts in one place only: after <c>approved</c>, a grant, and
/// a last look at what is bound.
/// </summary>
internal sealed class AskRun(
    AskClient client,
    AskStatus status,
    AskSignals signals,
    AskGrants grants,
    AskSettings settings,
    AskOptions options,
    TimeProvider clock
)
{
    /// <summary>How long no answer is borne: a restart of the bot takes seconds.</summary>
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.Patience ?? 60);
    private static readonly TimeSpan s_tidying = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private DateTimeOffset _ends;

    /// <summary>Whether it was approved for us to run, and not run before.</summary>
    private bool _isApproved;

    /// <summary>Whether this process made the request, and did not join one of the same idempotency key.</summary>
    private bool _isOurs;

    /// <summary>As the bot told it last; empty before it did.</summary>
    public JsonObject State { get; private set; } = [];

    private string Id => AskState.Text(State, "id");

    private string Address => $"v1/requests/{Uri.EscapeDataString(Id)}";

    /// <summary>The command's own exit code; 0 without a command.</summary>
    /// <exception cref="AskException">Nothing was run.</exception>
    public async Task<int> RunAsync(JsonObject body, AskProgram? program, CancellationToken cancel)
    {
        try
        {
            await OpenAsync(body, cancel);
            await DecidedAsync(cancel);
            var grant = await grants.FetchAsync(Address, _patience, cancel);
            return program is null
                ? AskExit.Approved
                : await ExecuteAsync(body, program, grant, cancel);
        }
        catch (AskException fault) when (_isApproved && !MayRunElsewhere(fault))
        {
            await NotRunAsync(fault.Message, CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException) when (signals.Number is { } number)
        {
            await NotRunAsync("whoever asked was interrupted", CancellationToken.None);
            throw new AskException(AskExit.Signal + number, "interrupted; nothing was run");
        }
    }

    private async Task OpenAsync(JsonObject body, CancellationToken cancel)
    {
        var call = new AskCall(HttpMethod.Post, "v1/requests", settings.AgentKey)
        {
            Body = body,
            // One of our own, so that a call whose answer was lost can be repeated, and joins nobody else's request.
            IdempotencyKey =
                options.IdempotencyKey ?? $"ask-{RandomNumberGenerator.GetHexString(32)}",
        };
        var answer = AskReply.Good(await client.CallAsync(call, _patience, cancel));
        _isOurs = answer.Status == 201 || options.IdempotencyKey is null;
        State = answer.Body;
        _ends = clock.GetUtcNow() + AskState.Lifetime(State);
        status.Asked(State, _ends);
    }

    /// <summary>Waits, also through restarts of the bot, and for our patience beyond the request's end.</summary>
    private async Task DecidedAsync(CancellationToken cancel)
    {
        while (AskState.IsPending(State))
        {
            var call = new AskCall(HttpMethod.Get, $"{Address}?wait=15", settings.AgentKey);
            var reply = client.CallAsync(call, _ends - clock.GetUtcNow() + _patience, cancel);
            while (status.IsLive && !reply.IsCompleted)
            {
                status.Draw();
                await Task.WhenAny(reply, Task.Delay(s_second, clock, cancel));
            }

            State = AskReply.Good(await reply).Body;
            status.Changed(State);
        }

        status.Changed(State);
        var word = AskState.Text(State, "status");
        if (word is not "approved")
        {
            throw new AskException(Exit(word), $"{word}; nothing was run");
        }

        if (AskState.WasRun(State))
        {
            throw new AskException(
                AskExit.Refused,
                "this request was approved and run before (the same --idempotency-key); nothing was run now"
            );
        }

        _isApproved = true;
    }

    /// <summary>
    /// Whether another run of the same request may have taken the grant from us, or may still: it tells what
    /// becomes of it.
    /// </summary>
    private bool MayRunElsewhere(AskException fault) =>
        options.IdempotencyKey is not null && fault.Exit is AskExit.Refused or AskExit.Unreachable;

    private async Task<int> ExecuteAsync(
        JsonObject body,
        AskProgram program,
        AskGrant grant,
        CancellationToken cancel
    )
    {
        CheckFiles(body);
        if (settings.ConsumeKey is { } key)
        {
            await grants.ConsumeAsync(key, grant, body, _patience, cancel);
            // That may have taken as long as our patience.
            CheckFiles(body);
        }

        status.Say($"running {string.Join(' ', program.Words)}");
        status.Clear();
        var child = Started(program.Start(Id, settings.ConsumeKey is null ? grant : null));
        if (child is null)
        {
            cancel.ThrowIfCancellationRequested();
        }

        // Not cancelled: what was started is waited for, and signals are its own.
        await child!.WaitForExitAsync(CancellationToken.None);
        await ReportAsync(child.ExitCode, cancel);
        return child.ExitCode;
    }

    private Process? Started(ProcessStartInfo start)
    {
        try
        {
            return signals.Start(start);
        }
        catch (Win32Exception error)
        {
            throw AskProgram.NotStarted(error);
        }
    }

    /// <summary>What was bound by its hash is still the same.</summary>
    private void CheckFiles(JsonObject body)
    {
        var bound = (body["action"] as JsonObject)?["properties"]?["files"] as JsonObject;
        foreach (var name in options.Binds)
        {
            if (!AskFiles.Is(name, bound?[name]?.ToString()))
            {
                throw new AskException(
                    AskExit.Changed,
                    $"{name} is not what was approved any more; nothing was run"
                );
            }
        }
    }

    private async Task ReportAsync(int exit, CancellationToken cancel)
    {
        var outcome = exit == 0 ? "succeeded" : "failed";
        try
        {
            var reply = await client.CallAsync(
                Result(outcome, $"exit code {exit}"),
                _patience,
                cancel
            );
            status.Say(
                reply is AskReply.Answered { IsGood: true }
                    ? $"{outcome}, exit code {exit}"
                    : $"{outcome}, exit code {exit}; that could not be reported: {AskReply.Why(reply)}"
            );
        }
        catch (OperationCanceledException)
        {
            status.Say($"{outcome}, exit code {exit}; that was not reported");
        }
    }

    /// <summary>Tells whoever looks at the card: it was cancelled, or approved and did not run.</summary>
    private async Task NotRunAsync(string why, CancellationToken cancel)
    {
        if (Id.Length == 0)
        {
            return;
        }

        var end = AskState.IsPending(State)
            ? new AskCall(HttpMethod.Post, $"{Address}/cancel", settings.AgentKey)
            {
                Body = new JsonObject { ["reason"] = why },
            }
            : Result("failed", $"not run: {why}");
        // Of a request that another process waits for too, that one tells what became of it.
        if (_isOurs || AskState.IsPending(State))
        {
            var reply = await client.CallAsync(end, s_tidying, cancel);
            status.Say(
                reply is AskReply.Answered { IsGood: true }
                    ? "the bot was told"
                    : $"the bot could not be told: {AskReply.Why(reply)}"
            );
        }
    }

    private AskCall Result(string outcome, string detail) =>
        new(HttpMethod.Post, $"{Address}/result", settings.AgentKey)
        {
            Body = new JsonObject { ["outcome"] = outcome, ["detail"] = detail },
        };

    private static int Exit(string word) =>
        word switch
        {
            "denied" => AskExit.Denied,
            "expired" => AskExit.Expired,
            "cancelled" => AskExit.Cancelled,
            _ => AskExit.Refused,
        };
}

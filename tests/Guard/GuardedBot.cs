using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Guard;
using ChatApprovals.Inbox;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChatApprovals.Tests.Guard;

/// <summary>
/// The bot with a guarded endpoint <c>cloud</c> before a real upstream: it adds a credential from a file,
/// binds <c>X-Tenant</c>, and its upstream has a path of its own.
/// </summary>
internal sealed class GuardedBot : IAsyncDisposable
{
    public const string Secret = "Bearer the-clouds-own-token";
    public const string Base = "/base";

    private static readonly AgentName s_agent = AgentName.Parse("asker", provider: null);

    private readonly HttpClient _raw = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }
    );

    private GuardedBot(InboxBot inbox, UpstreamServer upstream) =>
        (Inbox, Upstream) = (inbox, upstream);

    public InboxBot Inbox { get; }
    public UpstreamServer Upstream { get; }
    public TestDesk Desk => Inbox.Desk;
    public static CancellationToken Cancel => TestContext.Current.CancellationToken;
    public string SecretFile => Path.Combine(Desk.Path, Credentials.Folder, "cloud-token");

    public static async Task<GuardedBot> StartAsync(
        TimeProvider? clock = null,
        Patience? patience = null,
        InboxOptions? options = null,
        Func<Upstream, Upstream>? change = null,
        Action<IServiceCollection>? more = null
    )
    {
        var upstream = await UpstreamServer.StartAsync(Cancel);
        var inbox = await InboxBot.StartAsync(
            options,
            clock: clock,
            more: services =>
            {
                services.AddSingleton(patience ?? Patience.Usual);
                more?.Invoke(services);
            }
        );
        var bot = new GuardedBot(inbox, upstream);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(bot.SecretFile)!);
        await File.WriteAllTextAsync(bot.SecretFile, Secret + "\n", Cancel);
        SharedData.SkipUnless(!OperatingSystem.IsWindows(), "Windows has no file modes");
#pragma warning disable CA1416 // skipped above
        File.SetUnixFileMode(bot.SecretFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        await bot.AddAsync(change);
        return bot;
    }

    public Task AddAsync(Func<Upstream, Upstream>? change = null, DateTimeOffset? at = null)
    {
        var to = new Upstream(
            Upstream.Url + Base,
            [new HeldHeader("Authorization", "file:cloud-token")],
            ["X-Tenant"],
            ChatApprovals.Approvals.Upstream.UsualMethods,
            Private: true
        );
        return SetAsync(
            "guard",
            "cloud",
            new KnownGuard(
                AgentName.Parse("cloud", provider: null),
                "https://bot.test/guard/cloud",
                PersonId.New(Make.Noon),
                at ?? Make.Noon
            )
            {
                Upstream = change is null ? to : change(to),
            }
        );
    }

    /// <summary>One call, its target byte by byte as given.</summary>
    public async Task<Reply> CallAsync(
        string method,
        string target,
        byte[]? body = null,
        string? type = "application/json",
        params (string Name, string Value)[] headers
    )
    {
        using var message = Message(method, target, body, type, headers);
        return await Inbox.SendAsync(message, _raw);
    }

    public HttpRequestMessage Message(
        string method,
        string target,
        byte[]? body = null,
        string? type = "application/json",
        params (string Name, string Value)[] headers
    )
    {
        var exact = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var address = new Uri(Inbox.Address.ToString().TrimEnd('/') + target, exact);
        var message = new HttpRequestMessage(new HttpMethod(method), address);
        message.Headers.Authorization = new("Bearer", Inbox.Key.Reveal());
        if (body is not null)
        {
            message.Content = new ByteArrayContent(body);
            if (type is not null)
            {
                message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }
        }

        foreach (var (name, value) in headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    public Task<HttpResponseMessage> BeginAsync(
        HttpRequestMessage message,
        CancellationToken cancel
    ) => _raw.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);

    /// <summary>The call of most tests.</summary>
    public Task<Reply> AttachAsync(params (string Name, string Value)[] headers) =>
        CallAsync("POST", "/guard/cloud/roles/deployer/policies", AdminPolicy, headers: headers);

    public static byte[] AdminPolicy { get; } =
        Encoding.UTF8.GetBytes("""{"policy":"AdministratorAccess"}""");

    /// <summary>The request of a call that is held, once it is there.</summary>
    private async Task<string> PendingAsync()
    {
        await Eventually.TrueAsync(() => Desk.Store.CountPending() == 1, "one request is pending");
        return Assert.Single(await Desk.Desk.PendingAsync(2, Cancel)).Id.ToString();
    }

    /// <summary>
    /// The request of a call that is held, once it is: before that, a decision would answer it without.
    /// </summary>
    public async Task<string> HeldAsync()
    {
        await HoldsAsync(1);
        return await PendingAsync();
    }

    /// <summary>Until so many calls are held.</summary>
    public Task HoldsAsync(int count) =>
        Eventually.TrueAsync(() => Inbox.Waits.CountOf(s_agent) == count, $"{count} are held");

    /// <summary>The head of the answer to bytes that no client would send; with the agent's key.</summary>
    public async Task<string> RawAsync(string head, string body = "")
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(Inbox.Address.Host, Inbox.Address.Port, Cancel);
        await using var stream = tcp.GetStream();
        var text =
            $"{head}Connection: close\r\nAuthorization: Bearer {Inbox.Key.Reveal()}\r\n\r\n{body}";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), Cancel);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return (await reader.ReadToEndAsync(Cancel)).Split("\r\n\r\n")[0];
    }

    /// <summary>The call was asked about, and Bob approved it.</summary>
    public async Task<string> ApprovedAsync()
    {
        var id = (await AttachAsync()).Is(202).Word("id");
        await Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        return id;
    }

    public async Task<Approval> FindAsync(string id) =>
        (await Desk.Desk.ShowAsync(RequestId.Parse(id, provider: null), Cancel))!;

    public async Task<JsonElement> ExecutionAsync(string id) =>
        (await Inbox.GetAsync($"/v1/requests/{id}")).Is(200).Body.GetProperty("execution");

    public async Task<string?> OutcomeAsync(string id) =>
        (await ExecutionAsync(id)) is { ValueKind: JsonValueKind.Object } run
            ? run.GetProperty("outcome").GetString()
            : null;

    /// <summary>The entries of a request, as <c>kind refusal</c>, in order, without those about its cards.</summary>
    public IReadOnlyList<string> Entries(string id) =>
        [
            .. Desk
                .Store.EntriesOf(id, long.MaxValue, 100)
                .Where(e => e.Kind is not "request.displayed")
                .Select(e =>
                    JsonElement.Parse(e.Bytes).TryGetProperty("refusal", out var why)
                        ? $"{e.Kind} {why.GetString()}"
                        : e.Kind
                ),
        ];

    public Task<bool> SetAsync(string area, string name, object? value) =>
        Desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(Make.Changed(area, name, value));
                return true;
            },
            Cancel
        );

    /// <summary>Calls of this kind are allowed by a policy of their own.</summary>
    public async Task AllowAsync(string action, Effect effect = Effect.Allow)
    {
        await SetAsync(
            "policy",
            "calls",
            new Policy("calls", 1)
            {
                Match = new PolicyMatch { Action = [action] },
                Effect = effect,
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        _raw.Dispose();
        await Inbox.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

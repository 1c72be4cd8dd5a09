using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace ChatApprovals.Playground;

/// <summary>A policy that a role has, and since when.</summary>
public sealed record AttachedPolicy(string Name, DateTimeOffset At);

/// <summary>
/// Acme's cloud, as small as can be: one role, whose policies are read, attached and detached over HTTP by
/// whoever has the token. Only the bot has it, in a file of its own; agents come through its guard.
/// </summary>
public sealed class Cloud(TimeProvider time)
{
    public const string Role = "deployer";
    public const string GuardName = "cloud";
    private const string SecretName = "cloud-token";
    private const string Address = "/cloud";

    private static readonly string s_first = "ReadOnlyAccess";

    private readonly string _token =
        "Bearer " + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private ImmutableList<AttachedPolicy> _policies = [new(s_first, time.GetUtcNow())];

    public Changes Changes { get; } = new();

    /// <summary>The policies of the one role, in the order in which they were attached.</summary>
    public IReadOnlyList<AttachedPolicy> Policies => _policies;

    /// <summary>How the administrator puts the bot before it.</summary>
    public static string GuardCommand(Uri playground) =>
        $"guard add {GuardName} upstream {new Uri(playground, Address)} "
        + $"header Authorization from file:{SecretName} methods GET POST private";

    /// <summary>Puts the token where the bot looks for it: a file that only its user can read.</summary>
    public void WriteToken(string dataDirectory)
    {
        var directory = Path.Combine(dataDirectory, "secrets");
        Directory.CreateDirectory(directory);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode own =
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.SetUnixFileMode(directory, own);
        }

        var path = Path.Combine(directory, SecretName);
        File.Delete(path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using var file = new StreamWriter(path, options);
        file.Write(_token);
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        const string policies = Address + "/roles/{role}/policies";
        routes.MapGet(policies, (HttpContext http, string role) => Answer(http, role, Shown));
        routes.MapPost(policies, AttachAsync);
    }

    /// <summary>As it was in the beginning.</summary>
    public void Reset()
    {
        _policies =
        [
            .. _policies.Where(p => string.Equals(p.Name, s_first, StringComparison.Ordinal)),
        ];
        Changes.Tell();
    }

    private async Task<IResult> AttachAsync(HttpContext http, string role)
    {
        var body = Json.TryParse(
            (await Slack.SlackCall.Bytes(http.Request, http.RequestAborted)).Span
        );
        return Answer(
            http,
            role,
            () =>
            {
                if (body.Text("policy") is not { Length: > 0 } name)
                {
                    return Results.Json(new { error = "policy is missing" }, statusCode: 400);
                }
                var policy = new AttachedPolicy(name, time.GetUtcNow());
                ImmutableInterlocked.Update(ref _policies, all => all.Add(policy));
                Changes.Tell();
                return Results.Json(
                    new { role, policies = _policies.Select(p => p.Name) },
                    statusCode: 201
                );
            }
        );
    }

    private IResult Shown() =>
        Results.Json(new { role = Role, policies = _policies.Select(p => p.Name) });

    private IResult Answer(HttpContext http, string role, Func<IResult> then) =>
        !string.Equals(http.Request.Headers.Authorization, _token, StringComparison.Ordinal)
            ? Results.Json(new { error = "not your cloud" }, statusCode: 401)
        : !string.Equals(role, Role, StringComparison.Ordinal)
            ? Results.Json(new { error = "no such role" }, statusCode: 404)
        : then();
}

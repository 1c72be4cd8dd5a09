using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Inbox;

namespace ChatApprovals.Tests.Inbox;

/// <summary>Fake secrets are put together from pieces, so that scanners leave this repository alone.</summary>
public sealed class SecretScanTests
{
    private const string Mixed = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5jK7m";

    public static TheoryData<string, string> Secrets =>
        new()
        {
            { "Slack", Join("xox", "b-123456789012-1234567890123-", Mixed[..24]) },
            { "Slack", Join("xox", "p-123456789012-1234567890123-", Mixed[..24]) },
            { "Slack", Join("xox", "a-2-123456789012-", Mixed[..24]) },
            { "Slack", Join("xox", "r-123456789012-", Mixed[..24]) },
            { "Slack", Join("xox", "s-123456789012-", Mixed[..24]) },
            { "Slack", Join("xox", "c-123456789012-", Mixed[..24]) },
            { "Slack", Join("xox", "d-", Mixed[..24]) },
            { "Slack", Join("xox", "d-AbCd%2B", Mixed[..24]) },
            { "Slack", Join("xox", "b-not-a-real-token") },
            { "Slack", Join("xox", "e.xox", "p-1-", Mixed) },
            { "Slack", Join("xox", "e-1-", Mixed) },
            { "Slack", Join("xa", "pp-1-A0123456789-1234567890123-", new string('a', 64)) },
            { "Slack", Join("xw", "fp-1234567890123-", Mixed[..20]) },
            { "GitHub", Join("gh", "p_", Mixed[..36]) },
            { "GitHub", Join("gh", "o_", Mixed[..36]) },
            { "GitHub", Join("gh", "s_", Mixed[..36]) },
            { "GitHub", Join("gh", "u_", Mixed[..36]) },
            { "GitHub", Join("gh", "r_", Mixed[..36]) },
            { "GitHub", Join("github", "_pat_", Mixed[..22], "_", Mixed) },
            { "GitLab", Join("gl", "pat-", Mixed[..20]) },
            { "AWS", Join("AK", "IA", "ABCDEFGHIJKLMNOP") },
            { "AWS", Join("AS", "IA", "ABCDEFGHIJ234567") },
            { "AWS", Join("wJalrXUtnFEMI/K7MDENG", "/bPxRfiCYEXAMPLEKEY") },
            { "AWS", Join("aws_secret_access_key", " = ", Mixed) },
            { "AWS", Join("AWS_SECRET_ACCESS_KEY=", new string('a', 39), "/") },
            { "Google", Join("AI", "za", Mixed[..35]) },
            { "Stripe", Join("sk", "_live_", Mixed[..24]) },
            { "Stripe", Join("rk", "_live_", Mixed[..24]) },
            { "model", Join("sk", "-", Mixed, Mixed[..8]) },
            { "model", Join("sk", "-", new string('A', 40)) },
            { "model", Join("sk", "-proj-", Mixed, "_", Mixed, "T3Blbk", "FJ", Mixed) },
            { "model", Join("sk", "-ant-api03-", Mixed, "-", Mixed, "-AA") },
            { "model", Join("sk", "-or-v1-", "0123456789abcdef0123456789abcdef") },
            {
                "Azure",
                Join(
                    "DefaultEndpointsProtocol=https;AccountName=x;Account",
                    "Key=",
                    Mixed,
                    Mixed,
                    "=="
                )
            },
            { "private key", Join("-----BEGIN ", "RSA PRIVATE", " KEY-----\nMIIE") },
            { "private key", Join("-----BEGIN ", "PRIVATE", " KEY-----") },
            { "private key", Join("-----BEGIN ", "ENCRYPTED PRIVATE", " KEY-----") },
            { "private key", Join("-----BEGIN ", "OPENSSH PRIVATE", " KEY-----") },
            { "private key", Join("-----BEGIN ", "EC PRIVATE", " KEY-----") },
            { "private key", Join("-----BEGIN ", "PGP PRIVATE", " KEY BLOCK-----") },
            { "JSON web token", Join("ey", "JhbGciOiJIUzI1NiJ9.ey", "JzdWIiOiIxIn0.", Mixed) },
            { "JSON web token", Join("ey", "JhbGciOiJub25lIn0.ey", "JzdWIiOiIxMjM0NTY3ODkwIn0.") },
            { "JSON web token", Join("ey", "JhbGciOiJkaXIifQ..", Mixed, ".", Mixed, ".", Mixed) },
            { "user info", "https://user:hunter2@example.com/x" },
            { "user info", "postgres://app:hunter2@db/prod" },
            { "user info", "see https://token@github.com/acme/repo.git" },
            { "user info", "redis://:hunter2@cache:6379" },
            { "user info", "HTTPS://U:P@EXAMPLE.COM" },
            { "user info", "postgres://u:p#w@db/x" },
            { "user info", "postgres://u:p/w@db/x" },
            { "user info", "amqp://u:p?w@mq" },
            { "user info", "redis://:a/b@cache:6379" },
            { "connection string", "Server=db;User Id=sa;Password=hunter2;" },
            { "connection string", "data source=db;uid=sa;PWD=hunter2" },
            { "connection string", "host=db user=app password=hunter2 dbname=x" },
            { "connection string", "jdbc:mysql://db/x?user=app&password=hunter2" },
            { "ChatApprovals", ApiKey.New(ApiKeyKind.Agent).Reveal() },
            { "ChatApprovals", ApiKey.New(ApiKeyKind.Guard).Reveal() },
            { "ChatApprovals", ApiKey.New(ApiKeyKind.Auditor).Reveal() },
        };

    public static TheoryData<string> LookAlikes =>
        new()
        {
            "task-list for the risk-based desk-sharing plan",
            "sk-learn-pipeline-for-feature-extraction",
            "flask-sk-test",
            "xoxo, hugs and kisses from everybody",
            "xoxo-hugs-and-kisses-everybody",
            "ghp_ is how GitHub tokens begin",
            "github_pat_ and glpat- are prefixes",
            "AKIA is a prefix; AKIAshort too",
            "SNAKIABCDEFGHIJKLMNOPQR",
            "AIzaShort",
            "sk_test_" + Mixed[..24],
            "sk_live_",
            "AccountKey=$(az storage account keys list)",
            "-----BEGIN CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----",
            "-----BEGIN PGP PUBLIC KEY BLOCK-----",
            "the PRIVATE KEY stays in the HSM",
            "eyJhbGciOiJIUzI1NiJ9... (shortened)",
            "eyJ.is.not",
            "https://example.com/path@1.2.3?to=alice@acme.example#x@y",
            "https://medium.com/@alice/story",
            "alice@acme.example and mailto:alice@acme.example",
            "https://example.com:8443/a?u=a@b",
            "git@github.com:acme/repo.git",
            "https://example.com:8443/a/b@2#c@d",
            "docker://registry.example:5000/app@sha256:abc",
            "https://a.example,https://b.example/@alice",
            "http://[::1]:8080/a@b",
            "s3://bucket/key:1@2",
            "Server=db;User Id=sa;Password=$(cat /run/secrets/db);",
            "Server=db;User Id=sa;Password={password};",
            "Server=db;User Id=sa;Password=********;",
            "host=db password=null",
            "host=db new_password=hunter2",
            "password=hunter2 is how a form sends it",
            "password = (sensitive value), host=db",
            "a://b",
            "arn:aws:iam::123456789012:role/deployer",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "123e4567-e89b-12d3-a456-426614174000",
            "/usr/share/dotnet/sdk/Analyzers/Core/x12",
            "aws iam attach-role-policy --role-name deployer",
            "cak_ is how an agent's key begins, cgk_ a guard's",
            "apr_01jd3x9zk4m7q2w8e5r6t0y1u3i9o7p5a2s4d6f8",
            "secret_access_key is set in the environment",
        };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_credential_is_found_wherever_it_stands(string family, string secret)
    {
        foreach (var text in new[] { secret, $"use \"{secret}\" here", $"a\n{secret}\nb" })
        {
            Assert.Contains(family, SecretScan.FamilyIn(text), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(LookAlikes))]
    public void What_only_looks_like_one_passes(string text) =>
        Assert.Null(SecretScan.FamilyIn(text));

    [Theory]
    [MemberData(nameof(Secrets))]
    public void It_is_pointed_at_and_never_repeated(string family, string secret)
    {
        var body = JsonSerializer.SerializeToElement(
            new
            {
                context = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["a/b"] = new object[] { 1, new { deep = secret } },
                },
            }
        );
        var finding = Assert.Single(SecretScan.Find(body));
        Assert.Equal("/context/a~1b/1/deep", finding.Where);
        Assert.Contains(family, finding.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_as_a_name_is_pointed_at_by_its_object_and_nothing_beneath_is_named()
    {
        var secret = Join("gh", "p_", Mixed[..36]);
        var body = JsonSerializer.SerializeToElement(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["context"] = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    [secret] = new { deeper = secret },
                },
            }
        );
        var finding = Assert.Single(SecretScan.Find(body));
        Assert.Equal("/context", finding.Where);
        Assert.DoesNotContain(secret, finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_escaped_secret_is_found()
    {
        var json = Join("""{"a":"\u0067\u0068p_""", Mixed[..36], "\"}");
        Assert.Single(SecretScan.Find(JsonElement.Parse(json)));
    }

    [Theory]
    [InlineData("secret_access_key")]
    [InlineData("SecretAccessKey")]
    [InlineData("AWS-Secret")]
    public void An_aws_secret_is_known_by_its_name(string name)
    {
        var plain = new string('a', 40);
        Assert.Null(SecretScan.FamilyIn(plain));
        Assert.NotNull(SecretScan.FamilyIn(plain, name));
    }

    /// <summary>Texts that make careless patterns quadratic: bounded by the pattern's own time limit.</summary>
    [Theory]
    [InlineData("xoxo-")]
    [InlineData("https://")]
    [InlineData("a://b:c")]
    [InlineData("a://b:c/")]
    [InlineData("host=password=;")]
    [InlineData("eyJaaaaaaaa. ")]
    [InlineData("eyJaaaaaaaaeyJ")]
    [InlineData("sk-")]
    [InlineData("sk-aaaaaaaaaaaaaaaaaaaaaaaa-")]
    [InlineData("aws_secret_")]
    [InlineData("aws_secret:     ")]
    [InlineData("-----BEGIN ")]
    [InlineData("AKIA")]
    [InlineData("a")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=")]
    public void A_text_made_to_be_slow_is_answered(string piece) =>
        Assert.Null(
            SecretScan.FamilyIn(
                new StringBuilder().Insert(0, piece, 262_144 / piece.Length).ToString()
            )
        );

    private static string Join(params string[] pieces) => string.Concat(pieces);
}

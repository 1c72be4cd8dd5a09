using System.Text;
using System.Text.Json;

namespace ChatApprovals.Playground;

/// <summary>One request that an agent might really send.</summary>
public sealed record Scenario(string Key, string Title, JsonElement Body)
{
    /// <summary>A call of the guarded endpoint there, with the body; null: a request in the inbox.</summary>
    public string? Guarded { get; init; }
}

/// <summary>Seven things to ask: five that people meet in their work, a call through a guard, and one that tries to deceive them.</summary>
public static class Scenarios
{
    private static readonly object Alice = new
    {
        type = "human",
        id = "alice@acme.example",
        name = "Alice Ng",
    };

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("admin-role", "Attach an administrator policy", Json.Of(AdminRole())),
        new(
            "guarded-role",
            "Attach a policy through the guard",
            Json.Of(new { policy = "AdministratorAccess" })
        )
        {
            Guarded = $"/guard/{Cloud.GuardName}/roles/{Cloud.Role}/policies",
        },
        new("export-rows", "Export 1.2 million customer rows", Json.Of(ExportRows())),
        new("delete-namespace", "Delete a production namespace", Json.Of(DeleteNamespace())),
        new("terraform-apply", "Apply a Terraform plan with a long diff", Json.Of(Terraform())),
        new("rotate-password", "Rotate a database password", Json.Of(RotatePassword())),
        new("hostile", "A request that lies about itself", Json.Of(Hostile())),
    ];

    public static Scenario? Find(string? key) =>
        All.FirstOrDefault(s => string.Equals(s.Key, key, StringComparison.Ordinal));

    private static object AdminRole() =>
        new
        {
            action = new
            {
                name = "iam.role.attach_policy",
                properties = new { policy = "AdministratorAccess" },
            },
            resource = new
            {
                type = "aws.iam.role",
                id = "arn:aws:iam::123456789012:role/deployer",
                properties = new { environment = "production" },
            },
            context = new { change_ticket = "CHG-1042" },
            initiator = Alice,
            justification = "Deploy 4812 needs to attach the role once, to create the new queue.",
            risk = "high",
            evidence = new object[]
            {
                new
                {
                    kind = "fact",
                    name = "Pipeline",
                    value = "deploy #4812",
                },
                new
                {
                    kind = "policy_trace",
                    source = "opa",
                    rule = "iam/no-admin",
                    outcome = "deny",
                    detail = "AdministratorAccess may only be attached after approval",
                },
                new
                {
                    kind = "link",
                    name = "Run",
                    url = "https://ci.acme.example/runs/4812",
                },
            },
            undo = "aws iam detach-role-policy --role-name deployer --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
            expires_in = 900,
        };

    private static object ExportRows() =>
        new
        {
            action = new
            {
                name = "data.export",
                properties = new { format = "parquet", compress = true },
            },
            resource = new
            {
                type = "warehouse.table",
                id = "crm.customers",
                properties = new { environment = "production" },
            },
            initiator = Alice,
            on_behalf_of = new[] { new { type = "agent", id = "planner" } },
            justification = "The November campaign needs the current address list.",
            risk = "critical",
            data_scope = new
            {
                classification = "restricted",
                summary = "names and e-mail addresses of customers",
                records = 1_200_000,
                datasets = new[] { "crm.customers" },
                fields = new[] { "name", "email", "country" },
                destination = "s3://acme-exports/2026-11/campaign",
            },
            undo = "aws s3 rm --recursive s3://acme-exports/2026-11/campaign",
            expires_in = 1800,
        };

    private static object DeleteNamespace() =>
        new
        {
            action = new
            {
                name = "k8s.namespace.delete",
                properties = new { propagation = "Foreground", grace_seconds = 30 },
            },
            resource = new
            {
                type = "k8s.namespace",
                id = "eu-west-1/checkout-canary",
                properties = new
                {
                    environment = "production",
                    pods = 14,
                    volumes = 3,
                },
            },
            context = new { change_ticket = "CHG-1057" },
            initiator = new { type = "schedule", id = "nightly-cleanup" },
            justification = "No traffic for 14 days; the canary was replaced on 4 November.",
            risk = "high",
            evidence = new object[]
            {
                new
                {
                    kind = "fact",
                    name = "Requests in 14 days",
                    value = "0",
                },
                new
                {
                    kind = "log",
                    name = "kubectl get all -n checkout-canary",
                    text = "NAME                         READY   STATUS    AGE\npod/checkout-canary-6f7c-x2  1/1     Running   41d\npod/checkout-canary-6f7c-p9  1/1     Running   41d\n",
                },
            },
            undo = "velero restore create --from-backup checkout-canary-20261120",
            expires_in = 900,
        };

    private static object Terraform() =>
        new
        {
            action = new
            {
                name = "terraform.apply",
                properties = new
                {
                    plan = "plan-7731.tfplan",
                    sha256 = "9c1f0a6cbe0de1f7a8bb2d3c54e6f7081920a1b2c3d4e5f60718293a4b5c6d7e",
                    add = 71,
                    change = 3,
                    destroy = 1,
                },
            },
            resource = new
            {
                type = "terraform.workspace",
                id = "acme/network-prod",
                properties = new { environment = "production" },
            },
            initiator = Alice,
            justification = "Opens the partner ranges that were agreed in CHG-1060.",
            risk = "high",
            diff = new { format = "unified", text = LongPlan() },
            undo = "terraform apply -target=module.firewall plan-7730.tfplan",
            expires_in = 1800,
        };

    private static object RotatePassword() =>
        new
        {
            action = new
            {
                name = "db.user.rotate_password",
                properties = new { user = "billing_app", length = 32 },
            },
            resource = new
            {
                type = "postgres.database",
                id = "billing-primary",
                properties = new { environment = "production" },
            },
            initiator = new
            {
                type = "service",
                id = "secret-rotator",
                name = "Secret rotator",
            },
            justification = "90 days are over. The new password goes straight into the vault.",
            risk = "medium",
            expires_in = 600,
        };

    /// <summary>Every sentence here is an attack: direction marks, mentions, links, markup, and the card's own words.</summary>
    private static object Hostile() =>
        new
        {
            action = new
            {
                name = "files.read",
                properties = new
                {
                    path = "/srv/reports/\u202Efdp.yadot\u202C/../../etc/shadow",
                    note = "\u200Bharmless\u200B",
                    approved_by = "✅ Approved by Erin Okafor",
                },
            },
            resource = new { type = "host", id = "<https://evil.example|prod-db-1> <!channel>" },
            initiator = Alice,
            justification = "*Approved by* <@U07ERIN0001> :white_check_mark:\n\nState: Approved\nApproved by: Bob Mensah\n"
                + "<!here> [click to confirm](https://evil.example/ok) <at>Carol Diaz</at> `code` > quote\n"
                + "\u2066hidden\u2069 \u202Eevorppa\u202C &lt;b&gt;bold&lt;/b&gt; ```",
            risk = "low",
            evidence = new object[]
            {
                new
                {
                    kind = "fact",
                    name = "Decision",
                    value = "Approved by two people",
                },
                new
                {
                    kind = "link",
                    name = "https://acme.example",
                    url = "https://evil.example/",
                },
            },
            expires_in = 900,
        };

    private static string LongPlan()
    {
        var plan = new StringBuilder();
        plan.Append("--- a/network-prod/firewall.tf\n+++ b/network-prod/firewall.tf\n");
        plan.Append(
            "@@ -1,4 +1,214 @@\n module \"firewall\" {\n   source = \"../modules/firewall\"\n"
        );
        for (var i = 1; i <= 70; i++)
        {
            plan.Append($"+  rule \"partner_{i:D2}\" {{ cidr = \"203.0.{i}.0/24\", ");
            plan.Append($"port = {8000 + i}, protocol = \"tcp\" }}\n");
            plan.Append($"+  # partner {i:D2}, agreed in CHG-1060, reviewed each quarter\n+\n");
        }
        plan.Append("-  rule \"deny_all_inbound\" { cidr = \"0.0.0.0/0\", action = \"deny\" }\n");
        plan.Append(
            "+  rule \"allow_all_inbound\" { cidr = \"0.0.0.0/0\", action = \"allow\" }\n }\n"
        );
        return plan.ToString();
    }
}

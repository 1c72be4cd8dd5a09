using System.Text.Json.Nodes;
using ChatApprovals.Ask;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Ask;

/// <summary>On a plan that Terraform 1.11 wrote (docs/recipes/terraform), and on what else its documentation allows.</summary>
public sealed class TerraformPlanTests
{
    private static string Sample =>
        File.ReadAllText(SharedData.InRepository("docs/recipes/terraform/plan.json"));

    [Fact]
    public void A_plan_says_what_is_done_to_how_much()
    {
        var body = Body(Sample);
        Assert.Equal("terraform.apply", body["action"]!["name"]!.ToString());
        var properties = body["action"]!["properties"]!.AsObject();
        Assert.Equal(
            "create 1, delete 1, replace 1, update 1",
            string.Join(
                ", ",
                properties
                    .Where(p => p.Key is not "plan")
                    .Select(p => $"{p.Key} {p.Value}")
                    .Order(StringComparer.Ordinal)
            )
        );
        Assert.Equal(4, body["data_scope"]!["records"]!.GetValue<int>());
        Assert.Contains(
            "1 to delete",
            body["data_scope"]!["summary"]!.ToString(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "terraform_data.role",
            body["data_scope"]!["datasets"]!.ToJsonString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_is_destroyed_stands_apart_and_is_a_high_risk()
    {
        var body = Body(Sample);
        Assert.Equal("high", body["risk"]!.ToString());
        var facts = body["evidence"]!
            .AsArray()
            .ToDictionary(
                f => f!["name"]!.ToString(),
                f => f!["value"]!.ToString(),
                StringComparer.Ordinal
            );
        Assert.Equal("terraform_data.old_bucket", facts["Destroys"]);
        Assert.Equal("terraform_data.database", facts["Replaces"]);
        Assert.Null(Body(Plan(Change("create", "null", """{"a": 1}""")))["risk"]);
    }

    [Fact]
    public void The_diff_has_what_changes_and_what_only_the_provider_will_know()
    {
        var (before, after) = Diff(Sample);
        Assert.Equal(
            """["ReadOnlyAccess"]""",
            before["terraform_data.role"]!["input"]!["policies"]!.ToJsonString()
        );
        Assert.Equal(
            """["AdministratorAccess"]""",
            after["terraform_data.role"]!["input"]!["policies"]!.ToJsonString()
        );
        Assert.Null(before["terraform_data.new_bucket"]);
        Assert.Null(after["terraform_data.old_bucket"]);
        Assert.Equal("(known after apply)", after["terraform_data.role"]!["output"]!.ToString());
        Assert.Equal("(known after apply)", after["output.role"]!.ToString());
    }

    /// <summary>Terraform marks the password in one place; the provider copies it to another, unmarked.</summary>
    [Fact]
    public void What_is_sensitive_anywhere_is_nowhere_in_the_request()
    {
        Assert.Contains("correct-horse-battery", Sample, StringComparison.Ordinal);
        var body = Body(Sample);
        Assert.DoesNotContain("horse", body.ToJsonString(), StringComparison.Ordinal);
        var (before, after) = Diff(Sample);
        Assert.Equal(
            "(sensitive value)",
            before["terraform_data.database"]!["input"]!["password"]!.ToString()
        );
        Assert.Equal(
            "(another sensitive value)",
            after["terraform_data.database"]!["input"]!["password"]!.ToString()
        );
        Assert.Equal(
            "(sensitive value)",
            before["terraform_data.database"]!["output"]!["password"]!.ToString()
        );
    }

    [Theory]
    [InlineData("true", "false")]
    [InlineData("false", "true")]
    [InlineData("""{"list": [false, true]}""", "{}")]
    [InlineData("{}", """{"list": [false, true]}""")]
    public void A_secret_stays_one_when_only_one_side_is_marked(string was, string becomes)
    {
        var change = $$"""
            {"actions": ["update"], "before": {"list": ["a", "hunter22"], "n": 1}, "after": {"list": ["a", "hunter22"], "n": 2},
             "before_sensitive": {{was}}, "after_sensitive": {{becomes}}}
            """;
        var body = Body(Plan(change));
        Assert.DoesNotContain("hunter22", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("(sensitive value)", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_number_and_a_secret_as_a_members_name_are_masked_everywhere()
    {
        const string change = """
            {"actions": ["update"],
             "before": {"pin": 8123456, "tags": {"owner-of-hunter22": "x"}, "password": "hunter22", "copy": 8123456},
             "after": {"pin": 8123456, "tags": {"owner-of-hunter22": "y"}, "password": "hunter22", "url": "tel:8123456;", "n": 7},
             "after_unknown": {"tags": {"owner-of-hunter22-too": true}},
             "before_sensitive": {"pin": true}, "after_sensitive": {"pin": true, "password": true}}
            """;
        var told = Body(Plan(change)).ToJsonString();
        Assert.DoesNotContain("8123456", told, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", told, StringComparison.Ordinal);
        var (before, after) = Diff(Plan(change));
        Assert.Equal("x", before["x.y"]!["tags"]!["(sensitive name 1)"]!.ToString());
        Assert.Equal("y", after["x.y"]!["tags"]!["(sensitive name 1)"]!.ToString());
        Assert.Equal(
            "(known after apply)",
            after["x.y"]!["tags"]!["(sensitive name 2)"]!.ToString()
        );
        Assert.Equal("7", after["x.y"]!["n"]!.ToString());
    }

    [Theory]
    [InlineData("action_invocations")]
    [InlineData("deferred_action_invocations")]
    [InlineData("deferred_changes")]
    public void What_an_apply_does_beyond_its_diff_is_refused(string name)
    {
        var plan = JsonNode.Parse(Plan(Change("create", "null", "{}")))!.AsObject();
        plan[name] = new JsonArray();
        Assert.Equal(1, Body(plan.ToJsonString())["data_scope"]!["records"]!.GetValue<int>());
        plan[name] = new JsonArray(new JsonObject { ["address"] = "action.aws_lambda_invoke.x" });
        var refused = Assert.Throws<AskException>(() => Body(plan.ToJsonString()));
        Assert.Contains($"has {name}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", false)]
    [InlineData("false", true)]
    public void That_more_is_left_to_apply_is_told(string complete, bool isTold)
    {
        var plan = JsonNode.Parse(Plan(Change("create", "null", "{}")))!.AsObject();
        plan["complete"] = JsonNode.Parse(complete);
        var told = Body(plan.ToJsonString()).ToJsonString();
        Assert.Equal(isTold, told.Contains("more is left", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_else_of_the_plan_is_told()
    {
        var plan = JsonNode.Parse(Plan(Change("create", "null", """{"a": 1}""")))!.AsObject();
        plan["variables"] = new JsonObject
        {
            ["x"] = new JsonObject { ["value"] = "in-a-variable" },
        };
        plan["prior_state"] = new JsonObject { ["values"] = "in-the-state" };
        plan["configuration"] = new JsonObject { ["x"] = "in-the-configuration" };
        Assert.DoesNotContain(
            "in-",
            Body(plan.ToJsonString()).ToJsonString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("create", "create")]
    [InlineData("update", "update")]
    [InlineData("delete", "delete")]
    [InlineData("forget", "forget")]
    [InlineData("delete\", \"create", "replace")]
    [InlineData("create\", \"delete", "replace")]
    public void Every_action_of_the_documentation_is_counted(string actions, string kind)
    {
        var body = Body(Plan(Change(actions, """{"a": 1}""", """{"a": 2}""")));
        Assert.Equal(1, body["action"]!["properties"]![kind]!.GetValue<int>());
    }

    [Fact]
    public void What_changes_nothing_is_not_counted_but_a_move_is()
    {
        var still = Change("no-op", """{"a": 1}""", """{"a": 1}""");
        Assert.Equal(0, Body(Plan(still))["data_scope"]!["records"]!.GetValue<int>());
        var moved = Plan(still)
            .Replace(
                "\"address\"",
                "\"previous_address\": \"x.old\", \"address\"",
                StringComparison.Ordinal
            );
        Assert.Equal(1, Body(moved)["action"]!["properties"]!["move"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("no plan that is known here", """{"format_version": "2.0"}""")]
    [InlineData("no plan that is known here", """{"values": {}}""")]
    [InlineData("failed or changes nothing", """{"format_version": "1.2", "errored": true}""")]
    [InlineData("failed or changes nothing", """{"format_version": "1.2", "applyable": false}""")]
    [InlineData("without address", """{"format_version": "1.2", "resource_changes": [{}]}""")]
    public void What_is_no_good_plan_is_refused(string says, string plan) =>
        Assert.Contains(
            says,
            Assert.Throws<AskException>(() => Body(plan)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void An_action_that_nobody_knows_is_refused() =>
        Assert.Contains(
            "'obliterate'",
            Assert.Throws<AskException>(() => Body(Plan(Change("obliterate", "{}", "{}")))).Message,
            StringComparison.Ordinal
        );

    /// <summary>Another plan is another action, whatever looks the same in it.</summary>
    [Fact]
    public void The_plan_is_bound_by_its_hash()
    {
        var plan = Plan(Change("create", "null", "{}"));
        static string Hash(string plan) => Body(plan)["action"]!["properties"]!["plan"]!.ToString();
        Assert.NotEqual(Hash(plan), Hash(plan + " "), StringComparer.Ordinal);
    }

    private static JsonObject Body(string plan) =>
        AskBody.Compose(
            new AskOptions { Resource = ("terraform.workspace", "prod"), Initiator = "service:ci" },
            new AskInput { Plan = TerraformPlan.Read(plan) }
        );

    private static (JsonObject Before, JsonObject After) Diff(string plan)
    {
        var diff = Body(plan)["diff"]!;
        return (diff["before"]!.AsObject(), diff["after"]!.AsObject());
    }

    private static string Change(string actions, string before, string after) =>
        $$"""{"actions": ["{{actions}}"], "before": {{before}}, "after": {{after}}}""";

    private static string Plan(string change) =>
        $$"""{"format_version": "1.2", "resource_changes": [{"address": "x.y", "change": {{change}}}]}""";
}

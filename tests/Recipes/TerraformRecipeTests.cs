using ChatApprovals.Tests.Ask;
using ChatApprovals.Tests.Journeys;

namespace ChatApprovals.Tests.Recipes;

/// <summary>
/// The script of <c>docs/recipes/terraform</c> on a plan that the real Terraform wrote. A stand-in for the program
/// Terraform shows that plan, and remembers what it is told to apply.
/// </summary>
public sealed class TerraformRecipeTests : IClassFixture<SiteFixture>, IDisposable
{
    private readonly Site _site;
    private readonly RecipePlace _place = new();

    public TerraformRecipeTests(SiteFixture fixture)
    {
        _site = fixture.Site;
        _place.AddTool(
            "terraform",
            $$"""
            in_use=${TF_WORKSPACE:-$(cat selected)}
            case $1 in
            workspace) echo "$in_use" ;;
            plan) echo "the plan of $in_use" > tfplan ;;
            show) cat '{{RecipePlace.Recipe("terraform/plan.json")}}' ;;
            apply) echo "$@ in $in_use: $(cat "$3")" > applied ;;
            esac
            """
        );
        Select("shop");
    }

    [Fact]
    public async Task Exactly_the_plan_that_people_saw_is_applied()
    {
        await using var script = Apply();
        var asked = await script.AskedAsync(_site);
        var card = _site.CardOf(asked);
        Assert.Contains("terraform.apply", card, StringComparison.Ordinal);
        Assert.Contains("terraform_data.old_bucket", card, StringComparison.Ordinal);
        Assert.Contains("1 to replace", card, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", card, StringComparison.Ordinal);
        Assert.False(File.Exists(_place.In("applied")));
        Select("other");
        await _site.ApproveAsync(asked);
        Assert.Equal(0, await script.ExitAsync());
        Assert.Equal(
            "apply -input=false tfplan in shop: the plan of shop\n",
            await File.ReadAllTextAsync(_place.In("applied"), Site.Cancel)
        );
        Assert.False(File.Exists(_place.In("tfplan")));
        Assert.False(File.Exists(_place.In("plan.json")));
    }

    [Fact]
    public async Task Another_plan_in_its_place_is_not_applied()
    {
        await using var script = Apply();
        var asked = await script.AskedAsync(_site);
        await File.WriteAllTextAsync(_place.In("tfplan"), "another one", Site.Cancel);
        await _site.ApproveAsync(asked);
        Assert.Equal(115, await script.ExitAsync());
        Assert.False(File.Exists(_place.In("applied")));
    }

    [Fact]
    public async Task Denied_nothing_is_applied()
    {
        await using var script = Apply();
        await _site.DenyAsync(await script.AskedAsync(_site));
        Assert.Equal(110, await script.ExitAsync());
        Assert.False(File.Exists(_place.In("applied")));
    }

    /// <summary>The card would name another workspace than the one that is changed.</summary>
    [Fact]
    public async Task In_another_workspace_nothing_is_planned()
    {
        Select("default");
        var before = await _site.CreatedAsync();
        await using var script = Apply();
        Assert.Equal(1, await script.ExitAsync());
        Assert.Contains("workspace select shop", script.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_place.In("tfplan")));
        Assert.Equal(before, await _site.CreatedAsync());
    }

    /// <summary><c>terraform workspace select</c>, which is for everybody in the folder.</summary>
    private void Select(string workspace) => File.WriteAllText(_place.In("selected"), workspace);

    private AskProcess Apply() =>
        AskProcess.Start(
            _place.Start(
                _site,
                "bash",
                RecipePlace.Recipe("terraform/apply.sh"),
                "shop",
                "production"
            )
        );

    public void Dispose() => _place.Dispose();
}

using ChatApprovals.Cards;

namespace ChatApprovals.Tests.Cards;

public sealed class DiffTests
{
    [Fact]
    public void A_whole_diff_is_read_line_by_line()
    {
        var diff = Diff.Parse("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@ head\n a\n-b\n+c\n");
        Assert.Null(diff.Fault);
        Assert.Equal(
            [
                DiffKind.File,
                DiffKind.File,
                DiffKind.Hunk,
                DiffKind.Context,
                DiffKind.Removed,
                DiffKind.Added,
            ],
            diff.Lines.Select(l => l.Kind)
        );
        Assert.Empty(diff.Flags);
        Assert.False(diff.Computed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("--- a/x\n")]
    [InlineData("--- a/x\n+++ b/x\n")]
    [InlineData("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n")]
    [InlineData("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+c\n")]
    [InlineData("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\ntrailing words\n")]
    [InlineData("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n c\n")]
    [InlineData("--- a/x\n+++ b/x\n@@ -5 +5 @@\n-a\n+b\n@@ -1 +1 @@\n-c\n+d\n")]
    [InlineData("--- a/x\n+++ b/x\n@@ -1,0 +1,0 @@\n")]
    [InlineData("--- a/x\n+++ b/x\n@@ -99999999999 +1 @@\n-a\n+b\n")]
    [InlineData("--- a/x\n+++ b/x\n@@ -\u0661 +1 @@\n-a\n+b\n")]
    [InlineData("diff --git a/x b/x\n")]
    [InlineData("diff --git a/x b/x\nGIT binary patch\nliteral 3\n")]
    public void What_is_not_a_diff_is_shown_as_it_came_with_the_fault(string text)
    {
        var diff = Diff.Parse(text);
        Assert.NotNull(diff.Fault);
        Assert.All(diff.Lines, l => Assert.Equal(DiffKind.Plain, l.Kind));
        Assert.Equal(text, string.Join('\n', diff.Lines.Select(l => l.Text)));
        var shown = MakeCard.Shown(BlockKit.Message(MakeCard.Bare with { Diff = diff }));
        Assert.Contains("not a well-formed diff", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_inside_a_hunk_are_body()
    {
        var diff = Diff.Parse(
            "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n --- a/y\n"
                + "--- a/secret\n+++ b/secret\n @@ -1 +1 @@\n"
        );
        Assert.Null(diff.Fault);
        Assert.Equal(2, diff.Lines.Count(l => l.Kind == DiffKind.File));
        Assert.Contains(new DiffLine(DiffKind.Removed, "-- a/secret"), diff.Lines);
        Assert.Contains(new DiffLine(DiffKind.Added, "++ b/secret"), diff.Lines);
        Assert.Contains(new DiffLine(DiffKind.Context, "@@ -1 +1 @@"), diff.Lines);
    }

    [Theory]
    [InlineData(
        "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n",
        "rename to y"
    )]
    [InlineData("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", "new mode 100755")]
    [InlineData("diff --git a/x b/x\nnew file mode 120000\n", "symbolic link")]
    [InlineData("diff --git a/x b/x\nnew file mode 160000\n", "submodule")]
    [InlineData("diff --git a/x b/x\nBinary files a/x and b/x differ\n", "not shown")]
    [InlineData("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n", "new file x")]
    [InlineData("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", "deleted file x")]
    [InlineData("--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n", "two names")]
    [InlineData(
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n",
        "no newline"
    )]
    [InlineData(
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n--- a/x\n+++ b/x\n@@ -9 +9 @@\n-a\n+b\n",
        "same file again"
    )]
    public void What_the_lines_do_not_say_is_flagged_on_the_card(string text, string flag)
    {
        var diff = Diff.Parse(text);
        Assert.Null(diff.Fault);
        Assert.Contains(diff.Flags, f => f.Contains(flag, StringComparison.Ordinal));
        var card = MakeCard.Bare with { Diff = diff };
        Assert.Contains(flag, MakeCard.Shown(BlockKit.Message(card)), StringComparison.Ordinal);
        Assert.Contains(
            flag,
            MakeCard.Shown(AdaptiveCard.Message(card, [])),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Hunks_without_context_may_stand_side_by_side()
    {
        var diff = Diff.Parse("--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n@@ -2,0 +2 @@\n+b\n");
        Assert.Null(diff.Fault);
    }

    [Fact]
    public void A_computed_diff_says_nothing_of_the_agent()
    {
        var card = MakeCard.Bare with { Diff = Diff.FromLines([new(DiffKind.Added, "x")]) };
        var shown = MakeCard.Shown(BlockKit.Message(card));
        Assert.Contains("+ x", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("sent by the agent", shown, StringComparison.Ordinal);
    }
}

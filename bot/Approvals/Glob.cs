using System.IO.Enumeration;

namespace ChatApprovals.Approvals;

/// <summary>Patterns of policies and agents: <c>*</c> any characters, <c>?</c> one, case counts.</summary>
public static class Glob
{
    public static bool Matches(string glob, string text) =>
        FileSystemName.MatchesSimpleExpression(glob, text, ignoreCase: false);
}

using System.Globalization;
using System.Text.Json.Nodes;
using ChatApprovals.Cards;

namespace ChatApprovals.Ask;

/// <summary>
/// Says on the error output how it stands: at a terminal by a line that is written again and again, else a line for each change.
/// People's names and words are hostile text here too: a terminal obeys what is in them.
/// </summary>
public sealed class AskStatus(TextWriter output, bool isTerminal, bool isQuiet, TimeProvider clock)
{
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private JsonObject _state = [];
    private DateTimeOffset _ends;
    private string _trouble = "";
    private bool _isDrawn;

    public bool IsLive => isTerminal && !isQuiet;

    /// <summary>One whole line.</summary>
    public void Say(string line)
    {
        if (!isQuiet)
        {
            Clear();
            output.WriteLine("ask: " + CardText.Line(line));
        }
    }

    /// <summary>It is asked; <paramref name="ends"/> by our own clock.</summary>
    public void Asked(JsonObject state, DateTimeOffset ends)
    {
        _ends = ends;
        _state = state;
        var left = (ends - clock.GetUtcNow()).TotalSeconds;
        Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Text(state, "id")}, code {Text(state, "code")}, risk {Text(state, "risk")}; {AskState.Waiting(state)}; ends in {left:0} s"
            )
        );
    }

    /// <summary>What is new since the last time.</summary>
    public void Changed(JsonObject state)
    {
        _state = state;
        _trouble = "";
        foreach (var line in AskState.News(state))
        {
            if (_said.Add(line))
            {
                Say(line);
            }
        }

        Draw();
    }

    public void Trouble(string why)
    {
        if (!string.Equals(_trouble, why, StringComparison.Ordinal) && !IsLive)
        {
            Say(why + "; trying again");
        }

        _trouble = why;
        Draw();
    }

    /// <summary>The live line, once a second.</summary>
    public void Draw()
    {
        if (!IsLive || _state.Count == 0)
        {
            return;
        }

        var left = _ends - clock.GetUtcNow();
        var time =
            left > TimeSpan.Zero
                ? left.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
                : "over";
        var line = CardText.Line(
            _trouble.Length > 0
                ? $"{_trouble}; trying again"
                : $"{Text(_state, "code")} {AskState.Waiting(_state)}, {time} left"
        );
        var width = Width() - 1;
        output.Write("\r\u001b[K" + (line.Length > width ? line[..width] : line));
        _isDrawn = true;
    }

    public void Clear()
    {
        if (_isDrawn)
        {
            output.Write("\r\u001b[K");
            _isDrawn = false;
        }
    }

    private static int Width()
    {
        try
        {
            // Zero where the terminal does not know.
            return Console.WindowWidth is > 20 and var columns ? columns : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    private static string Text(JsonObject state, string name) => AskState.Text(state, name);
}

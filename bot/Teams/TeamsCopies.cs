using System.Collections.Concurrent;

namespace ChatApprovals.Teams;

/// <summary>
/// Which message shows which card, as far as this process has learnt it. Teams has no history to ask, so
/// when an attempt to post was not answered, the message's id is learnt from the first client that acts on
/// the card (each one asks for its own view as soon as it shows it); then it is updated, not posted twice.
/// </summary>
public sealed class TeamsCopies
{
    private const int CopiesMax = 10_000;

    private readonly ConcurrentDictionary<string, string> _messageOf = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _tokenOf = new(StringComparer.Ordinal);

    /// <summary>The message that this card was seen in, or null.</summary>
    public string? MessageOf(string token) => _messageOf.GetValueOrDefault(token);

    /// <summary>The platform told the id: from now on nobody's claim about this message counts.</summary>
    public void Drawn(string token, string message)
    {
        MakeRoom();
        _tokenOf[message] = token;
        _messageOf.TryRemove(token, out _);
    }

    /// <summary>A client acted on this card in this message. The first one counts, and only a message that
    /// is not known to show another card: the token in it is the client's word.</summary>
    public void Seen(string token, string message)
    {
        MakeRoom();
        if (!_tokenOf.ContainsKey(message))
        {
            _messageOf.TryAdd(token, message);
        }
    }

    private void MakeRoom()
    {
        if (_messageOf.Count >= CopiesMax)
        {
            _messageOf.Clear();
        }

        if (_tokenOf.Count >= CopiesMax)
        {
            _tokenOf.Clear();
        }
    }
}

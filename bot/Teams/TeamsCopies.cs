using System.Collections.Concurrent;

namespace ChatApprovals.Teams;

/// <summary>
/// Which message shows which card, as far as this process has learnt it. Teams has no history to ask, so
/// when an attempt to post was not answered, the message's id is learnt from the first client that acts on
/// the card (each one asks for its own view as soon as it shows it); then it is updated, not posted twice.
/// Where no client tells in time, it is posted again: a request that nobody sees is worse than one seen
/// twice, and only the message whose id is known decides.
/// </summary>
public sealed class TeamsCopies
{
    private const int CopiesMax = 10_000;

    private readonly ConcurrentDictionary<string, string> _messageOf = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _waited = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _tokenOf = new(StringComparer.Ordinal);

    /// <summary>The message that this card was seen in, or null.</summary>
    public string? MessageOf(string token) => _messageOf.GetValueOrDefault(token);

    /// <summary>
    /// True the first time for a card that may have been posted: then clients are given time to tell.
    /// False ever after.
    /// </summary>
    public bool IsToWait(string token)
    {
        if (_waited.Count >= CopiesMax)
        {
            _waited.Clear();
        }

        return _waited.TryAdd(token, 0);
    }

    /// <summary>The platform told the id: from now on nobody's claim about this message counts.</summary>
    public void Drawn(string token, string message)
    {
        MakeRoom();
        _tokenOf[message] = token;
        _messageOf.TryRemove(token, out _);
        _waited.TryRemove(token, out _);
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

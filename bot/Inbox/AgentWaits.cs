using ChatApprovals.Approvals;

namespace ChatApprovals.Inbox;

/// <summary>How many waits and event streams one agent holds open: each costs memory while nothing happens.</summary>
public sealed class AgentWaits
{
    /// <summary>Room for every pending request (20) to be waited for from several processes.</summary>
    public const int PerAgentMax = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<AgentName, int> _open = [];

    /// <summary>Null when the agent holds as many as it may; else dispose it when the wait is over.</summary>
    public IDisposable? Begin(AgentName agent)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(agent);
            if (open >= PerAgentMax)
            {
                return null;
            }

            _open[agent] = open + 1;
            return new Wait(this, agent);
        }
    }

    /// <summary>How many the agent holds now.</summary>
    public int CountOf(AgentName agent)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(agent);
        }
    }

    private void End(AgentName agent)
    {
        lock (_lock)
        {
            var open = _open[agent] - 1;
            if (open == 0)
            {
                _open.Remove(agent);
            }
            else
            {
                _open[agent] = open;
            }
        }
    }

    private sealed class Wait(AgentWaits waits, AgentName agent) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (!_ended)
            {
                _ended = true;
                waits.End(agent);
            }
        }
    }
}

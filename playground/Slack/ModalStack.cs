using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>A modal on one user's screen. <see cref="Json"/> is what Slack sends to the app as <c>view</c>.</summary>
public sealed record SlackView(string Id, string Hash, string RootId, string? PreviousId)
{
    /// <summary>The app's own words: title, blocks, submit, close, callback_id, private_metadata…</summary>
    public required JsonElement Content { get; init; }

    /// <summary>Faults that the app found in the last submission, by block id.</summary>
    public ImmutableSortedDictionary<string, string> Errors { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>The modals that one user has open, the visible one last. At most three.</summary>
internal sealed class ModalStack
{
    /// <summary>docs.slack.dev, "Modals": up to three views in a stack.</summary>
    private const int DepthMax = 3;
    private readonly Lock _gate = new();
    private ImmutableList<SlackView> _views = [];

    public SlackView? Top => Volatile.Read(ref _views) is [.., var top] ? top : null;

    public SlackView? Find(string? id, string? externalId) =>
        Volatile
            .Read(ref _views)
            .Find(v =>
                id is not null && string.Equals(v.Id, id, StringComparison.Ordinal)
                || externalId is not null
                    && string.Equals(
                        v.Content.Text("external_id"),
                        externalId,
                        StringComparison.Ordinal
                    )
            );

    /// <summary>Replaces all that is open.</summary>
    public SlackView Open(JsonElement content)
    {
        lock (_gate)
        {
            var id = RandomIds.Upper('V');
            var view = new SlackView(id, NewHash(), id, null) { Content = content };
            _views = [view];
            return view;
        }
    }

    /// <summary>Null when three are open already, or none.</summary>
    public SlackView? Push(JsonElement content)
    {
        lock (_gate)
        {
            if (_views.Count is 0 or >= DepthMax)
            {
                return null;
            }
            var (root, previous) = (_views[0].Id, _views[^1].Id);
            var view = new SlackView(RandomIds.Upper('V'), NewHash(), root, previous)
            {
                Content = content,
            };
            _views = _views.Add(view);
            return view;
        }
    }

    /// <summary>The updated view; or <c>not_found</c>, or <c>hash_conflict</c> when it changed meanwhile.</summary>
    public (SlackView? View, string? Error) Update(string id, string? hash, JsonElement content)
    {
        lock (_gate)
        {
            if (Find(id, null) is not { } old)
            {
                return (null, "not_found");
            }
            if (hash is not null && !string.Equals(hash, old.Hash, StringComparison.Ordinal))
            {
                return (null, "hash_conflict");
            }
            var view = new SlackView(old.Id, NewHash(), old.RootId, old.PreviousId)
            {
                Content = content,
            };
            _views = _views.Replace(old, view);
            return (view, null);
        }
    }

    public void ShowErrors(string id, ImmutableSortedDictionary<string, string> errors)
    {
        lock (_gate)
        {
            if (Find(id, null) is { } view)
            {
                _views = _views.Replace(view, view with { Errors = errors });
            }
        }
    }

    public void Close(string id)
    {
        lock (_gate)
        {
            _views = _views.RemoveAll(v => string.Equals(v.Id, id, StringComparison.Ordinal));
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _views = [];
        }
    }

    private static string NewHash() => RandomIds.Token(9);
}

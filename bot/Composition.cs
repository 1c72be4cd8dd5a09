using ChatApprovals.Admin;
using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Callbacks;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Grants;
using ChatApprovals.Guard;
using ChatApprovals.Http;
using ChatApprovals.Jose;
using ChatApprovals.Stores;

namespace ChatApprovals;

/// <summary>Who needs whom: everything behind the doors, made once for the process.</summary>
internal static class Composition
{
    public static void AddDesk(IServiceCollection services, BotOptions options, Surfaces surfaces)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(
            surfaces.Desk with
            {
                LinkWait = options.LinkWait,
                GroupWait = options.GroupWait,
            }
        );
        services.AddSingleton(p => Admin(p, options, surfaces));
        services.AddSingleton<Outbound>();
        services.AddSingleton(
            new Credentials(Path.Combine(options.DataDirectory, Credentials.Folder))
        );
        services.AddSingleton<IStore>(_ =>
            SqliteStore.Open(options.DataDirectory, options.SqliteLibrary)
        );
        AddKeys(services, options);
        AddCallbacks(services);
        services.AddSingleton(p => LedgerOrigin.Of(options, p.GetRequiredService<IStore>()));
        services.AddSingleton(p =>
        {
            var cabinet = p.GetRequiredService<KeyCabinet>();
            var committer = new Committer(
                p.GetRequiredService<IStore>(),
                cabinet.Ledger,
                p.GetRequiredService<LedgerOrigin>().Name,
                p.GetRequiredService<TimeProvider>(),
                p.GetRequiredService<ILogger<Committer>>()
            );
            committer.UseKeysOf(cabinet);
            return committer;
        });
        services.AddSingleton<Waiters>();
        services.AddSingleton<Desk.Directory>();
        services.AddSingleton<ApprovalDesk>();
        services.AddSingleton<RegisterDesk>();
        services.AddSingleton<Undrawn>();
        services.AddSingleton<Outbox>();
        services.AddHostedService(p => p.GetRequiredService<Outbox>());
        services.AddHostedService<Timers>();
        services.AddHostedService<Heartbeat>();
        services.AddHostedService<Reminders>();
        services.AddSingleton<UserGroups>();
        AddExports(services, options);
        AddAnchors(services, surfaces.Anchors);
        services.AddHostedService<GroupWatch>();
        services.AddSingleton<Health>();
    }

    private static void AddExports(IServiceCollection services, BotOptions options)
    {
        services.AddSingleton(p => new LedgerAudit(
            p.GetRequiredService<IStore>(),
            p.GetRequiredService<PublicKeys>(),
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(p => new Exports(
            p.GetRequiredService<Committer>(),
            p.GetRequiredService<IStore>(),
            p.GetRequiredService<Receipts>(),
            p.GetRequiredService<PublicKeys>(),
            p.GetRequiredService<AnchorDesk>(),
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(p => new ExportFiles(
            p.GetRequiredService<Exports>(),
            options.DataDirectory
        ));
    }

    private static void AddAnchors(IServiceCollection services, AnchorOptions options)
    {
        services.AddSingleton(p => new AnchorDesk(
            p.GetRequiredService<Committer>(),
            p.GetRequiredService<IStore>(),
            options.Names,
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<IReadOnlyList<IAnchor>>(p => AnchorList.Of(options, p));
        services.AddHostedService<AnchorLoop>();
    }

    private static AdminOptions Admin(
        IServiceProvider all,
        BotOptions options,
        Surfaces surfaces
    ) =>
        new(options.PublicUrl, all.GetRequiredService<CallbackSecrets>())
        {
            ReadRequest = RequestTrial.Read,
            Issuer = surfaces.Api.Enabled ? surfaces.Api.Issuer : null,
            WhyNotCallback = async (url, mayBePrivate, cancel) =>
                await all.GetRequiredService<Outbound>().WhyNotAsync(url, mayBePrivate, cancel)
                    is { } why
                    ? $"The address cannot be called. {why}"
                    : null,
            WhyNotUpstream = UpstreamTrial.With(
                all.GetRequiredService<Outbound>(),
                all.GetRequiredService<Credentials>()
            ),
        };

    private static void AddKeys(IServiceCollection services, BotOptions options)
    {
        services.AddSingleton(p =>
        {
            // The lock of the directory first: two processes must not create two keys.
            var store = p.GetRequiredService<IStore>();
            var origin = p.GetRequiredService<LedgerOrigin>().Name;
            return KeyCabinet.Open(options.DataDirectory, origin, store);
        });
        services.AddSingleton(p => p.GetRequiredService<KeyCabinet>().Tokens);
        services.AddSingleton(p => p.GetRequiredService<KeyCabinet>().Public);
        services.AddSingleton(p => new GrantKeys(
            p.GetRequiredService<KeyRing>(),
            p.GetRequiredService<TimeProvider>(),
            options.PublicUrl
        ));
        services.AddSingleton<KeyDesk>();
        services.AddSingleton<Departed>();
        services.AddSingleton<GrantDesk>();
        services.AddSingleton<ForwardDesk>();
        services.AddSingleton(p => new KeyProofs(
            options.PublicUrl,
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(p => new Receipts(
            p.GetRequiredService<IStore>(),
            p.GetRequiredService<KeyRing>(),
            options.PublicUrl
        ));
    }

    private static void AddCallbacks(IServiceCollection services)
    {
        services.AddSingleton(p => p.GetRequiredService<KeyCabinet>().Callbacks);
        services.AddSingleton<CallbackDesk>();
        services.AddSingleton<CallbackPost>();
        services.AddHostedService<CallbackSender>();
    }
}

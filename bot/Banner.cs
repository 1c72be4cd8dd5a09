using ChatApprovals.Desk;
using Microsoft.AspNetCore.Builder;

namespace ChatApprovals;

/// <summary>What an operator sees first: where it listens, what it talks to, where its data is.</summary>
internal static class Banner
{
    public static void Print(
        WebApplication app,
        BotOptions options,
        LedgerOrigin origin,
        Surfaces surfaces,
        PublicKeys key
    ) =>
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            Console.WriteLine(
                $"ChatApprovals listens on {string.Join(", ", app.Urls)}; data in {options.DataDirectory}; "
                    + $"ledger {origin.Name}."
            );
            Console.WriteLine($"Verifier key for auditors: {key.Vkey}");
            Console.WriteLine(
                key.Line is { } line
                    ? $"Ed25519, the checkpoints' second line: {line}"
                    : "Checkpoints have no Ed25519 line: this platform's libcrypto has none (Linux with OpenSSL 1.1.1 or newer has)."
            );
            Console.WriteLine(
                surfaces.Any
                    ? $"Surfaces: {surfaces.Names}."
                    : "No surface is enabled: nobody can decide anything. Set Slack:Enabled or Teams:Enabled "
                        + "(see README), or try it without accounts: dotnet run --project playground"
            );
            if (surfaces.Api.Enabled)
            {
                Console.WriteLine(
                    $"Decisions by API: people who sign in at {surfaces.Api.Issuer}."
                );
            }
        });
}

using System.Collections.Immutable;
using System.Text;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Guard;

/// <summary>Looks for credentials in a call before anything of it is stored or shown, as the inbox does.</summary>
internal static class CallSecrets
{
    /// <summary>Where they are: pointers into a JSON body, else the part of the call; never what.</summary>
    public static ImmutableArray<InputError> Find(GuardedCall call, CallOrigin origin) =>
        [
            .. InText("path", Uri.UnescapeDataString(call.Target.Path)),
            .. InText("query", Uri.UnescapeDataString(call.Target.Query ?? "")),
            .. call.Headers.SelectMany(h => InText($"header {h.Key}", h.Value)),
            .. InText("header Content-Type", call.ContentType ?? ""),
            .. InText("header Approval-Initiator", origin.Initiator.Id),
            .. InText("header Approval-Justification", origin.Justification ?? ""),
            .. InBody(call.Body),
        ];

    private static IEnumerable<InputError> InBody(ReadOnlyMemory<byte> body) =>
        body.IsEmpty ? []
        : StrictJson.Read(body.Span) is JsonReading.Accepted { Value: var json }
            ? SecretScan.Find(json)
        : InText("body", Encoding.UTF8.GetString(body.Span));

    private static IEnumerable<InputError> InText(string where, string text) =>
        SecretScan.FamilyIn(text) is { } family
            ?
            [
                new InputError(
                    where,
                    "secret_detected",
                    $"This looks like a credential ({family}). The guard adds what is needed; do not send it."
                ),
            ]
            : [];
}

using System.Globalization;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>Tells of revoked keys in plain text, for an incident's ticket or a mail. Times are UTC to the second, so that they fit any other log.</summary>
public sealed class StopReport(Words<ListTexts> words, Words<KeysTexts> keyWords, TimeProvider clock)
{
    /// <param name="keys">Those that are revoked.</param>
    public string Write(IEnumerable<ApiKeyView> keys, IReadOnlyDictionary<Guid, KeyStop> stops) =>
        string.Join("\n\n", keys.Select(key => Of(key, stops.GetValueOrDefault(key.Id))).Prepend(words["ReportTitle", ("time", Utc(clock.GetUtcNow()))])) + "\n";

    private string Of(ApiKeyView key, KeyStop? stop) => string.Join('\n', new[]
    {
        Line("ReportName", key.Name),
        Line("ReportKey", $"{key.KeyPrefix}…{key.KeyLast4}"),
        Line("ReportEnvironment", keyWords["Environment_" + key.Environment]),
        Line("ReportRevoked", key.RevokedAt is { } at ? Utc(at) : "—"),
        Line("ReportBy", key.RevokedBy ?? "—"),
        Line("ReportReason", RevokeReasons.Say(key.RevokeReason, keyWords) ?? "—"),
        Line("ReportLastUsed", key.LastUsedAt is { } used ? $"{Utc(used)}, {key.LastUsedIp ?? "—"}" : keyWords["NeverUsed"]),
        Line("ReportAddresses", Addresses(stop)),
        Line("ReportEntry", stop?.Entry?.Sequence.ToString(CultureInfo.InvariantCulture) ?? "—"),
        Line("ReportHash", stop?.Entry?.Hash ?? "—"),
    });

    private string Line(string label, string value) => $"{words[label]}: {value}";

    private static string Addresses(KeyStop? stop) =>
        stop?.Callers.Select(c => c.Address ?? "?").Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } addresses ? string.Join(", ", addresses) : "—";

    private static string Utc(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}

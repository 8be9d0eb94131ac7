using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Lets a list of keys out of the program as a file. Each export is an entry of the log, durable before its first byte.</summary>
public sealed class KeyExporter(Database database, AuditLog audit, TimeProvider clock)
{
    /// <summary>
    /// Writes the <c>keys.exported</c> entry and gives the export, of which nothing has left yet. Needs <c>admin.integrations</c> or <c>audit.integrations</c>.
    /// </summary>
    /// <param name="query">What is narrowed to, and the order; its page does not matter.</param>
    /// <exception cref="DbUpdateException">The entry could not be written: there is no export.</exception>
    public async Task<Result<KeyExport>> BeginAsync(KeyQuery query, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var now = clock.GetUtcNow();
        List<Guid> ids;
        await using (var db = database.Read(caller.TenantId))
        {
            query = await KeyList.ResolvedAsync(db, query, cancellationToken);
            ids = await KeyList.IdsAsync(db, query, now, cancellationToken);
        }

        var detail = new JsonObject { ["format"] = "csv", ["count"] = ids.Count, ["filters"] = string.Join(' ', FiltersOf(query)), ["actors"] = PeopleOf(query) };
        await database.WriteAsync(
            caller.TenantId, db => audit.AppendAsync(db, new AuditEvent(AuditActions.KeysExported, Detail: detail), caller), cancellationToken: cancellationToken);
        return new KeyExport(database, caller.TenantId, ids, now);
    }

    /// <summary>As the HTTP API names them. What was searched for is not told: it may name a person, and what is chained stays.</summary>
    private static IEnumerable<string> FiltersOf(KeyQuery query)
    {
        (string Name, string? Value)[] all =
        [
            ("status", Word(query.Status) ?? Word(query.Mark)), ("mark", query.Status is null ? null : Word(query.Mark)), ("environment", Word(query.Environment)), ("scope", query.Scope), ("search", query.SearchFolded is null ? null : "…"),
        ];
        return [.. all.Where(one => one.Value is not null).Select(one => $"{one.Name}={one.Value}"), .. (query.Traits ?? KeyTraits.None).Said()];
    }

    /// <summary>Whom the filters name, as makers or as owners.</summary>
    private static JsonArray? PeopleOf(KeyQuery query) => query.Makers is null && query.CreatedBy is null && query.Owners?.Named is null
        ? null
        : [.. (query.Makers ?? []).Concat(query.Owners?.Named ?? []).Cast<Guid?>().Append(query.CreatedBy).OfType<Guid>().Select(id => (JsonNode)id.ToString())];

    private static string? Word<T>(T? value)
        where T : struct, Enum => value is { } word ? JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString()) : null;
}

/// <summary>One export whose entry is written. It is written out a batch at a time, so that none is held in memory whole; a key that is deleted meanwhile is left out.</summary>
public sealed class KeyExport
{
    private const int BatchSize = 500;

    private static readonly string[] Names =
    [
        "id", "name", "key_prefix", "key_last4", "environment", "scopes", "rate_limit", "allowed_ips", "single_use", "status", "marks", "expires_at", "created_at",
        "created_by", "revoked_at", "revoked_by", "revoke_reason", "rotated_from", "rotated_to", "notes", "last_used_at", "last_used_ip", "last_used_agent", "usage_count",
        "paused_at", "paused_by", "paused_until", "then", "pause_reason", "owner", "owner_id", "without_owner",
    ];

    private readonly Database database;
    private readonly string tenantId;
    private readonly IReadOnlyList<Guid> ids;
    private readonly DateTimeOffset at;

    internal KeyExport(Database database, string tenantId, IReadOnlyList<Guid> ids, DateTimeOffset at) =>
        (this.database, this.tenantId, this.ids, this.at) = (database, tenantId, ids, at);

    /// <summary>Such as <c>api-keys-20261122.csv</c>: the day of the export in UTC.</summary>
    public string FileName => FormattableString.Invariant($"api-keys-{at.UtcDateTime:yyyyMMdd}.csv");

    /// <summary>Writes the whole file to <paramref name="output"/>, which stays open.</summary>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken = default)
    {
        await using var file = new SpreadsheetFile(output);
        await file.WriteRowAsync(Names, cancellationToken);
        foreach (var batch in ids.Chunk(BatchSize))
        {
            // Each batch is a reading of its own: a slow reader of the file holds nothing in the database.
            await using var db = database.Read(tenantId);
            var rows = (await db.RowsAsync(batch, cancellationToken)).ToDictionary(k => k.Id);
            foreach (var key in await KeyList.ViewsAsync(db, [.. batch.Where(rows.ContainsKey).Select(id => rows[id])], at, cancellationToken))
            {
                await file.WriteRowAsync(CellsOf(key), cancellationToken);
            }

            await file.FlushAsync(cancellationToken);
        }

        await file.FlushAsync(cancellationToken);
    }

    private IEnumerable<string?> CellsOf(ApiKeyView key) =>
    [
        key.Id.ToString(),
        key.Name,
        key.KeyPrefix,
        key.KeyLast4,
        Word(key.Environment.ToString()),
        string.Join(' ', key.Scopes),
        key.RateLimit.ToString(CultureInfo.InvariantCulture),
        string.Join(' ', key.AllowedIps),
        key.SingleUse ? "true" : "false",
        Word(key.Status.ToString()),
        string.Join(' ', key.MarksAt(at).Select(mark => Word(mark.ToString()))),
        Text(key.ExpiresAt),
        Text(key.CreatedAt),
        key.CreatedBy,
        Text(key.RevokedAt),
        key.RevokedBy,
        key.RevokeReason,
        key.RotatedFrom?.ToString(),
        key.RotatedTo?.ToString(),
        key.Notes,
        Text(key.LastUsedAt),
        key.LastUsedIp,
        key.LastUsedAgent,
        key.UsageCount.ToString(CultureInfo.InvariantCulture),
        Text(key.Pause?.At),
        key.Pause?.By,
        Text(key.Pause?.Until),
        key.Pause?.Then is { } then ? Word(then.ToString()) : null,
        key.Pause?.Reason,
        key.Owner?.Label,
        key.Owner?.Id.ToString(),
        key.IsWithoutOwner ? "true" : "false",
    ];

    private static string Word(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

    private static string? Text(DateTimeOffset? moment) => moment?.ToUniversalTime().ToString(UtcMillisecondsConverter.Format, CultureInfo.InvariantCulture);
}

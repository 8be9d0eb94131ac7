using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Primitives;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// Writes into the platform's chain which settings have changed since the program last looked, at each start and when a settings file changes while it runs.
/// An entry names the keys alone. What tells a changed value from an unchanged one is a MAC under the platform's data key: it says nothing of the value to
/// whoever reads the log, and stays the same when the master key is rotated.
/// </summary>
internal sealed partial class SettingsWatch : PeriodicJob
{
    private const int MacDigits = 24;

    /// <summary>Between two tries to write.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Sections that no settings file has to have.</summary>
    private static readonly string[] OfTheEnvironment = ["Urls", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS"];

    /// <summary>What each node has of its own, so that nodes with the same settings don't take turns in changing them.</summary>
    private static readonly string[] OfANode = ["Urls", "Node:Name", "Data:Directory"];

    private readonly IConfiguration configuration;
    private readonly Database database;
    private readonly Vault vault;
    private readonly AuditLog audit;
    private readonly TimeProvider clock;
    private readonly ILogger<SettingsWatch> logger;
    private readonly IDisposable listening;
    private volatile bool changed;
    private long? failedAt;

    public SettingsWatch(IConfiguration configuration, Database database, Vault vault, AuditLog audit, TimeProvider clock, ILogger<SettingsWatch> logger)
        : base(TimeSpan.FromSeconds(1), clock)
    {
        this.configuration = configuration;
        this.database = database;
        this.vault = vault;
        this.audit = audit;
        this.clock = clock;
        this.logger = logger;
        listening = ChangeToken.OnChange(configuration.GetReloadToken, () => changed = true);
    }

    /// <summary>At a start, which goes on without the entry: what can't be written now is tried again.</summary>
    public async Task BeginAsync()
    {
        changed = true;
        try
        {
            await RoundAsync(CancellationToken.None);
        }
        catch (Exception fault)
        {
            Failed(fault);
        }
    }

    /// <summary>Writes one entry if anything differs from what the latest entry saw; the first ever sees all.</summary>
    public Task CompareAsync() => database.WriteAsync(AuditLog.Platform, async db =>
    {
        var seen = Macs(await vault.DataKeyAsync(db, AuditLog.Platform));
        var before = await LatestAsync(db);
        List<string> keys = before is null
            ? []
            : [.. seen.Where(s => before.GetValueOrDefault(s.Key) != s.Value).Select(s => s.Key).Union(before.Keys.Except(seen.Keys, StringComparer.Ordinal), StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (before is not null && keys.Count == 0)
        {
            return keys.Count;
        }

        var detail = new JsonObject
        {
            ["first"] = before is null,
            ["keys"] = new JsonArray([.. keys.Select(key => (JsonNode)key)]),
            ["seen"] = new JsonObject(seen.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value))),
        };
        await audit.AppendAsync(db, new AuditEvent(AuditActions.SettingsChanged, Detail: detail), caller: null);
        return keys.Count;
    });

    public override void Dispose()
    {
        listening.Dispose();
        base.Dispose();
    }

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (!changed || (failedAt is { } failed && clock.GetElapsedTime(failed) < Pause))
        {
            return;
        }

        changed = false;
        try
        {
            await CompareAsync();
            failedAt = null;
        }
        catch
        {
            changed = true;
            failedAt = clock.GetTimestamp();
            throw;
        }
    }

    [LoggerMessage(6015, LogLevel.Error, "That settings have changed could not be written to the audit log; it is tried again in a minute.")]
    protected override partial void Failed(Exception fault);

    private static async Task<Dictionary<string, string>?> LatestAsync(DashboardDbContext db)
    {
        var entry = await db.Set<AuditEntry>().AsNoTracking()
            .Where(e => e.Action == AuditActions.SettingsChanged)
            .OrderByDescending(e => e.Sequence)
            .FirstOrDefaultAsync();
        return entry is null ? null : ((JsonObject?)JsonNode.Parse(entry.Canonical)?["detail"]?["seen"])?.ToDictionary(s => s.Key, s => (string?)s.Value ?? "", StringComparer.Ordinal);
    }

    /// <summary>Of every setting of a section that a settings file has, wherever its value comes from.</summary>
    private SortedDictionary<string, string> Macs(byte[] platformKey)
    {
        var key = HMACSHA256.HashData(platformKey, "salesos/settings/v1"u8);
        var sections = ((IConfigurationRoot)configuration).Providers.OfType<JsonConfigurationProvider>()
            .SelectMany(file => file.GetChildKeys([], parentPath: null))
            .Concat(OfTheEnvironment)
            .Distinct(StringComparer.OrdinalIgnoreCase);
        var macs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var isShared = ClusterOptions.IsShared(configuration);
        foreach (var (name, value) in sections.SelectMany(section => configuration.GetSection(section).AsEnumerable()))
        {
            if (!string.IsNullOrEmpty(value) && !(isShared && OfANode.Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                macs[name] = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{name}={value}")))[..MacDigits];
            }
        }

        return macs;
    }
}

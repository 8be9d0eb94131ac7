using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Revocations;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>Gathers what a key's page shows. A part that can't be loaded says so in its place; only without the key itself there is no page.</summary>
public sealed partial class KeyScreens(
    ApiKeyService keys,
    UsageQuery usage,
    UsageRetention retention,
    RotationQuery rotations,
    RejectionQuery rejections,
    RevocationReceipts receipts,
    BrownOutQuery brownOuts,
    AuditQueries audit,
    TimeProvider clock,
    ILogger<KeyScreens> log)
{
    private const int AuditEntries = 20;
    private const int BrownOutsShown = 10;

    /// <summary>Everything anew.</summary>
    /// <param name="zone">The reader's: days and hours are theirs.</param>
    public async Task<Result<KeyScreen>> LoadAsync(KeyAddress address, TimeZoneInfo zone, Caller caller, CancellationToken cancellationToken = default)
    {
        var key = await keys.GetAsync(address.Id, caller, cancellationToken);
        if (!key.Done)
        {
            return key.Error;
        }

        var entries = await PartAsync("audit entries", async () => (await audit.ListAsync(new AuditFilter(PerPage: AuditEntries, KeyId: address.Id), caller, cancellationToken)).Value);
        return await MovedAsync(new KeyScreen(address, zone.Id, key.Value, Part<KeyTraffic>.Waiting, Part<CallerList>.Waiting, Part<KeyRejections>.Waiting, entries, Part<BrownOutPage>.Waiting, []), zone, caller, cancellationToken);
    }

    /// <summary>What moves by itself, anew: the key's figures, its usage, callers and refused requests. Null: the key has gone.</summary>
    public async Task<KeyScreen?> MoveAsync(KeyScreen screen, TimeZoneInfo zone, Caller caller, CancellationToken cancellationToken = default)
    {
        var key = await keys.GetAsync(screen.Address.Id, caller, cancellationToken);
        return key.Done ? await MovedAsync(screen with { Key = key.Value }, zone, caller, cancellationToken) : null;
    }

    private async Task<KeyScreen> MovedAsync(KeyScreen screen, TimeZoneInfo zone, Caller caller, CancellationToken cancellationToken)
    {
        var id = screen.Address.Id;
        var span = UsageBars.Span(screen.Address.Range, clock.GetUtcNow(), zone, retention.Of);
        var traffic = await PartAsync("usage", () => TrafficAsync(id, span, screen.Address.Range, zone, caller, cancellationToken));
        return screen with
        {
            ZoneId = zone.Id,
            Usage = traffic,
            Callers = await PartAsync("callers", async () => (await usage.CallersAsync(id, caller, cancellationToken)).Value),
            Rejections = await PartAsync("refused requests", () => RejectionsAsync(screen.Address, caller, cancellationToken)),
            Revocation = screen.Key.Status == KeyStatus.Revoked ? await PartAsync("revocation", async () => (await receipts.FactsAsync(id, caller, cancellationToken)).Value) : null,
            BrownOuts = await PartAsync("brown-outs", async () => (await brownOuts.ListAsync(id, 1, BrownOutsShown, caller, cancellationToken)).Value),
            Lanes = await LanesAsync(screen.Key, traffic.Value?.Report, span, caller, cancellationToken),
        };
    }

    private async Task<KeyTraffic?> TrafficAsync(Guid id, UsageSpan span, UsageRange range, TimeZoneInfo zone, Caller caller, CancellationToken cancellationToken)
    {
        var report = await usage.ReportAsync(id, span, caller, cancellationToken);
        var hours = await usage.HoursAsync([id], caller, cancellationToken);
        var wanted = UsageBars.Span(range, clock.GetUtcNow(), zone, _ => TimeSpan.FromDays(3650));
        return report.Done
            ? new KeyTraffic(report.Value, hours.Done ? hours.Value.SingleOrDefault() : null, span.From - wanted.From > TimeSpan.FromHours(2))
            : null;
    }

    private async Task<KeyRejections?> RejectionsAsync(KeyAddress address, Caller caller, CancellationToken cancellationToken)
    {
        var proven = await rejections.ListAsync(address.Id, 1, RejectionQuery.MaxPerPage, proven: true, caller, cancellationToken);
        var unproven = await rejections.ListAsync(address.Id, 1, RejectionQuery.MaxPerPage, proven: false, caller, cancellationToken);
        var found = address.RequestId is { } request ? (await rejections.FindAsync(request, caller, cancellationToken)).Value : null;
        return proven.Done && unproven.Done ? new KeyRejections(proven.Value, unproven.Value, found) : null;
    }

    private async Task<IReadOnlyList<RotationKey>> LanesAsync(ApiKeyView key, UsageReport? own, UsageSpan span, Caller caller, CancellationToken cancellationToken)
    {
        if (key.RotatedFrom is null && key.RotatedTo is null)
        {
            return [];
        }

        var lanes = new List<RotationKey>();
        foreach (var id in new[] { key.RotatedFrom, key.Id, key.RotatedTo }.OfType<Guid>())
        {
            var lane = id == key.Id
                ? new RotationKey(id, key, own)
                : (await PartAsync("the other key of a rotation", () => LaneAsync(id, span, caller, cancellationToken))).Value ?? new RotationKey(id, Key: null, Report: null);
            var hasSuccessorHere = id != (key.RotatedTo ?? key.Id);
            lanes.Add(lane.Key is not null && hasSuccessorHere ? lane with { Rotation = await PartAsync("rotation", () => RotationAsync(lane.Key, caller, cancellationToken)) } : lane);
        }

        return lanes;
    }

    private async Task<RotationKey?> LaneAsync(Guid id, UsageSpan span, Caller caller, CancellationToken cancellationToken)
    {
        var key = await keys.GetAsync(id, caller, cancellationToken);
        return new RotationKey(id, key.Value, key.Done ? (await usage.ReportAsync(id, span, caller, cancellationToken)).Value : null);
    }

    private async Task<RotationView?> RotationAsync(ApiKeyView old, Caller caller, CancellationToken cancellationToken) => (await rotations.OfAsync(old.Id, caller, cancellationToken)).Value;

    private async Task<Part<T>> PartAsync<T>(string what, Func<Task<T?>> load)
        where T : class
    {
        try
        {
            return await load() is { } value ? new Part<T>(value) : Part<T>.Broken;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogPartFailed(log, what, fault);
            return Part<T>.Broken;
        }
    }

    [LoggerMessage(5120, LogLevel.Error, "The {What} of an API key could not be loaded for its page.")]
    private static partial void LogPartFailed(ILogger logger, string what, Exception fault);
}

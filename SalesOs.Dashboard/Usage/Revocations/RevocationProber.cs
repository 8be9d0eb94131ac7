using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage.Revocations;

/// <summary>
/// After each revoke, whoever made it and however many keys it ended: signs <c>GET /v1/whoami</c> with the key's own k1, sends it through this process's own socket and
/// keeps what came back. It hears of revokes as open pages do and works after their answer; what it has no room for is made when a receipt is asked for.
/// </summary>
public sealed partial class RevocationProber(
    Database database,
    Vault vault,
    OwnProbes probes,
    IOwnListener listener,
    KeyRing ring,
    KeyFeed feed,
    IFeed others,
    SharedFigures figures,
    Stopping stopping,
    ClusterOptions options,
    TimeProvider clock,
    ILogger<RevocationProber> logger,
    NodeRegister? nodes = null) : PeriodicJob(Every, clock)
{
    /// <summary>Changed keys that may wait to be looked at.</summary>
    private const int MostWaiting = 8192;

    /// <summary>Keys that are looked at, and whose probes are written, at once.</summary>
    private const int BatchSize = 50;

    private const int MostUnderWay = 4;
    private const string Method = "GET";
    private const string Target = "/v1/whoami";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>A ring that has not heard of a revoke by then will not.</summary>
    private static readonly TimeSpan PatienceWithTheRing = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly Channel<Change> waiting = Channel.CreateBounded<Change>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim turn = new(1, 1);
    private IDisposable? hearing;

    /// <summary>What this node is called on receipts; of a longer name its end, where the number stands.</summary>
    public string Node => Shown(nodes?.Name ?? options.NodeName);

    /// <summary>The nodes that are there, this one among them, as they are called on receipts.</summary>
    public IReadOnlyList<string> Nodes => [Node, .. nodes?.Others.Select(other => Shown(other.Name)) ?? []];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        hearing = feed.ListenToAll(Hear);
        others.Listen(Topic.Probes, HearOfReceipt);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        hearing?.Dispose();
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        hearing?.Dispose();
        turn.Dispose();
        base.Dispose();
    }

    /// <summary>Makes the probe of a key that is revoked and has none of this node.</summary>
    public Task ProbeAsync(string tenantId, Guid keyId, CancellationToken cancellationToken = default) => ProbeAsync(tenantId, [new Change(tenantId, keyId, At: null)], cancellationToken);

    /// <summary>Has the other nodes make theirs of the key, where they lack it. It is not waited for.</summary>
    public Task AskOthersAsync(string tenantId, Guid keyId, CancellationToken cancellationToken = default) => database.WriteAsync(
        tenantId,
        async db =>
        {
            await others.TellAsync(db, Topic.Probes, $"{Uri.EscapeDataString(tenantId)} {keyId}");
            return true;
        },
        cancellationToken: cancellationToken);

    protected override async Task RoundAsync(CancellationToken cancellationToken)
    {
        while (Take() is { Count: > 0 } changes)
        {
            foreach (var tenant in changes.GroupBy(change => change.TenantId, StringComparer.Ordinal))
            {
                await ProbeAsync(tenant.Key, [.. tenant], cancellationToken);
            }
        }
    }

    [LoggerMessage(2510, LogLevel.Error, "Revoked keys could not be probed; it is done when their receipts are asked for.")]
    protected override partial void Failed(Exception fault);

    /// <summary>After the ring was told and before the revoke is answered: from this moment on the key is refused here.</summary>
    private void Hear(string tenantId, KeyChange change, IReadOnlyCollection<Guid> ids)
    {
        if (change == KeyChange.Keys)
        {
            var now = Clock.GetUtcNow();
            foreach (var id in ids)
            {
                waiting.Writer.TryWrite(new Change(tenantId, id, now));
            }
        }
    }

    /// <param name="told">The tenant, a space and the key's id.</param>
    private void HearOfReceipt(string told)
    {
        if (told.Split(' ') is [var tenant, var id])
        {
            waiting.Writer.TryWrite(new Change(Uri.UnescapeDataString(tenant), Guid.Parse(id), At: null));
        }
    }

    private static string Shown(string name) => name.Length <= RevocationProbeMapping.MaxNodeLength ? name : name[^RevocationProbeMapping.MaxNodeLength..];

    private List<Change> Take()
    {
        var taken = new List<Change>();
        while (taken.Count < BatchSize && waiting.Reader.TryRead(out var change))
        {
            taken.Add(change);
        }

        return taken;
    }

    private async Task ProbeAsync(string tenantId, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var (keys, wrapped) = await DueAsync(tenantId, [.. changes.Select(change => change.KeyId).Distinct()], cancellationToken);
            if (keys.Count == 0 || stopping.IsTold)
            {
                return;
            }

            using var opener = vault.OpenerOf(tenantId, wrapped);
            var answered = new ConcurrentBag<RevocationProbe>();
            await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = MostUnderWay, CancellationToken = cancellationToken }, async (key, cancelled) =>
            {
                // Not of a change before, such as the making of a key that is revoked within the same second.
                if (await SendAsync(key, opener, changes.FirstOrDefault(change => change.KeyId == key.Id && change.At >= key.RevokedAt)?.At, cancelled) is { } probe)
                {
                    answered.Add(probe);
                }
            });
            await KeepAsync(tenantId, [.. answered], cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Of these keys those that are revoked and not yet probed here, and the tenant's data key as it is stored.</summary>
    private async Task<(List<ApiKey> Keys, byte[]? Wrapped)> DueAsync(string tenantId, List<Guid> ids, CancellationToken cancellationToken)
    {
        await using var db = database.Read(tenantId);
        var node = Node;
        var keys = await db.Set<ApiKey>()
            .Where(k => ids.Contains(k.Id) && k.RevokedAt != null && !db.Set<RevocationProbe>().Any(p => p.KeyId == k.Id && p.Node == node))
            .ToListAsync(cancellationToken);
        return keys.Count == 0 ? (keys, null) : (keys, await db.Set<TenantDataKey>().Where(k => k.TenantId == tenantId).Select(k => k.Wrapped).SingleOrDefaultAsync(cancellationToken));
    }

    /// <param name="heard">When the ring had been told; null: not known.</param>
    private async Task<RevocationProbe?> SendAsync(ApiKey key, Vault.K1Opener? opener, DateTimeOffset? heard, CancellationToken cancellationToken)
    {
        await WaitForRingAsync(key, cancellationToken);
        var now = Clock.GetUtcNow();
        if (SignedWith(key, opener, now) is not { } authorization)
        {
            NotSigned(key.Id, key.TenantId);
            return null;
        }

        var probe = probes.Begin(key.Id);
        try
        {
            var begun = Clock.GetTimestamp();
            var status = await listener.GetAsync(Target, [("Authorization", authorization), (OwnProbes.Header, probe.Mark)], cancellationToken);
            var took = Clock.GetElapsedTime(begun);
            if (status is not { } answered || probe.Verdict is not { } verdict || answered >= StatusCodes.Status500InternalServerError)
            {
                NoProof(key.Id, key.TenantId, status);
                return null;
            }

            var refused = verdict == Verdict.Revoked;
            if (!refused && ring.Find(key.Key) is { Revoked: false })
            {
                NotHeard(key.Id, key.TenantId, answered);
            }
            else if (!refused)
            {
                // Refused for something else, such as a clock that was set meanwhile.
                NoProof(key.Id, key.TenantId, status);
                return null;
            }

            return new RevocationProbe
            {
                TenantId = key.TenantId,
                KeyId = key.Id,
                Node = Node,
                // Where it is not known, what is on record says it: nothing was let in after that.
                RefusedSince = refused ? heard ?? (key.LastUsedAt > key.RevokedAt ? key.LastUsedAt : key.RevokedAt) : null,
                At = now,
                Status = answered,
                Verdict = verdict,
                Milliseconds = (int)Math.Ceiling(took.TotalMilliseconds),
            };
        }
        finally
        {
            probes.End(probe);
        }
    }

    /// <summary>The database has the revoke a moment before the ring, and an older change of the same key may bring it here within that moment.</summary>
    private async Task WaitForRingAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (ring.Find(key.Key) is { Revoked: false } && TimeProvider.System.GetElapsedTime(began) < PatienceWithTheRing)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The header's value; null when the key's material does not open.</summary>
    private static string? SignedWith(ApiKey key, Vault.K1Opener? opener, DateTimeOffset now)
    {
        Span<byte> k1 = stackalloc byte[SignatureChain.DigestSize];
        if (opener is null)
        {
            return null;
        }

        lock (opener)
        {
            if (!opener.TryOpen(key.Id, key.SealedK1, k1))
            {
                return null;
            }
        }

        return RequestSigner.AuthorizationByK1(key.Key, k1, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Method, Target, body: []);
    }

    private async Task KeepAsync(string tenantId, List<RevocationProbe> answered, CancellationToken cancellationToken)
    {
        var ids = answered.Select(probe => probe.KeyId).ToList();
        if (ids.Count == 0)
        {
            return;
        }

        await database.WriteAsync(
            tenantId,
            async db =>
            {
                // A key that was deleted meanwhile takes its own along.
                var there = await db.Set<ApiKey>().Where(k => ids.Contains(k.Id)).Select(k => k.Id).ToListAsync(CancellationToken.None);
                db.AddRange(answered.Where(probe => there.Contains(probe.KeyId)));
                await figures.TellAsync(db, tenantId, ids);
                return true;
            },
            cancellationToken: cancellationToken);
        feed.Publish(tenantId, KeyChange.Figures, ids);
    }

    [LoggerMessage(2511, LogLevel.Critical, "API key {KeyId} of tenant {TenantId} is revoked, but this process has not heard of it: its probe was answered {Status}. Restart the process: it reads every key anew at its start.")]
    private partial void NotHeard(Guid keyId, string tenantId, int status);

    [LoggerMessage(2512, LogLevel.Information, "The probe of the revoked API key {KeyId} of tenant {TenantId} says nothing of the revocation (status {Status}); it is made again when the receipt is asked for.")]
    private partial void NoProof(Guid keyId, string tenantId, int? status);

    [LoggerMessage(2513, LogLevel.Information, "The revoked API key {KeyId} of tenant {TenantId} can't be probed: its key material does not open.")]
    private partial void NotSigned(Guid keyId, string tenantId);

    private sealed record Change(string TenantId, Guid KeyId, DateTimeOffset? At);
}

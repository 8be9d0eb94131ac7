using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Usage.Revocations;

/// <summary>Proves to somebody else that a key was revoked, for people who may see keys (<c>admin.integrations</c> or <c>audit.integrations</c>).</summary>
public sealed class RevocationReceipts(Database database, AuditSigner signer, RevocationProber prober, UsageWriter writer, TimeProvider clock)
{
    private static readonly Error NotFound = new(ErrorReason.NotFound);
    private static readonly Error NotRevoked = new(ErrorReason.NotRevoked);

    /// <summary>What is on record; at most a second behind. <c>NotRevoked</c> for a key that is not.</summary>
    public async Task<Result<RevocationFacts>> FactsAsync(Guid keyId, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        await using var db = database.Read(caller.TenantId);
        if (await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Id == keyId, cancellationToken) is not { } key)
        {
            return NotFound;
        }

        if (key.RevokedAt is not { } revokedAt)
        {
            return NotRevoked;
        }

        var entry = await db.Set<AuditEntry>()
            .Where(e => e.KeyId == keyId && e.Action == AuditActions.KeyRevoked)
            .OrderByDescending(e => e.Sequence).Select(e => new { e.Sequence, e.Hash })
            .FirstOrDefaultAsync(cancellationToken);
        var probes = await db.Set<RevocationProbe>().Where(p => p.KeyId == keyId).OrderBy(p => p.At).ThenBy(p => p.Node).ToListAsync(cancellationToken);
        return new RevocationFacts(
            new RevokedKey(key.Id, key.Name, key.KeyPrefix, key.KeyLast4, key.Environment),
            revokedAt,
            key.RevokeReason,
            entry is null ? null : new RevocationEntry(entry.Sequence, Convert.ToHexStringLower(entry.Hash)),
            [.. probes.Select(StopOf), .. prober.Nodes.Except(probes.Select(p => p.Node), StringComparer.Ordinal).Select(node => new NodeStop(node, revokedAt, Probe: null))],
            key.LastUsedAt is { } used ? new RecordedCall(key.LastRequestId, used, key.LastUsedIp) : null,
            await AttemptsAsync(db, keyId, cancellationToken));
    }

    /// <summary>A receipt of this moment, signed, with all that was counted up to it. Makes the probe where there is none.</summary>
    /// <param name="requestId">Of the answer that carries it.</param>
    public async Task<Result<SignedReceipt>> IssueAsync(Guid keyId, string requestId, Caller caller, CancellationToken cancellationToken = default)
    {
        var before = await ProbedAsync(keyId, caller, cancellationToken);
        if (!before.Done)
        {
            return before.Error;
        }

        await writer.FlushAsync(cancellationToken);
        var facts = await FactsAsync(keyId, caller, cancellationToken);
        // Whole milliseconds, as they are written.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        return facts.Then(found => new RevocationReceipt(found, caller.TenantId, now, requestId).SignedBy(signer));
    }

    /// <summary>The facts, once this node's probe is made where there was none. Those of other nodes that lack theirs come soon after.</summary>
    public async Task<Result<RevocationFacts>> ProbedAsync(Guid keyId, Caller caller, CancellationToken cancellationToken = default)
    {
        var facts = await FactsAsync(keyId, caller, cancellationToken);
        if (!facts.Done || facts.Value.Nodes.All(node => node.Probe is not null))
        {
            return facts;
        }

        if (facts.Value.Nodes.Any(node => node.Probe is null && node.Node != prober.Node))
        {
            await prober.AskOthersAsync(caller.TenantId, keyId, cancellationToken);
        }

        await prober.ProbeAsync(caller.TenantId, keyId, cancellationToken);
        return await FactsAsync(keyId, caller, cancellationToken);
    }

    private static NodeStop StopOf(RevocationProbe probe) => new(
        probe.Node,
        probe.RefusedSince,
        new ProbeAnswer(probe.At, probe.Status, probe.Verdict, probe.Verdict == Verdict.Revoked, probe.Milliseconds));

    private static async Task<AttemptsSince> AttemptsAsync(DashboardDbContext db, Guid keyId, CancellationToken cancellationToken)
    {
        // Only a revoked key is refused so: all of them came since.
        var revoked = CountedAs.Of(Verdict.Revoked);
        var count = await db.Set<UsageCount>().Where(c => c.KeyId == keyId && c.Step == UsageStep.Day && c.Counted == revoked).SumAsync(c => c.Count, cancellationToken);
        var last = await db.Set<Rejection>()
            .Where(r => r.KeyId == keyId && r.Proven && r.Verdict == Verdict.Revoked)
            .OrderByDescending(r => r.At).ThenByDescending(r => r.RequestId)
            .FirstOrDefaultAsync(cancellationToken);
        return new AttemptsSince(count, last is null ? null : new RecordedCall(last.RequestId, last.At, last.Address));
    }
}

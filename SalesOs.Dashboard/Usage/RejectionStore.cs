using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Usage;

/// <summary>The database's side of the refused requests.</summary>
public sealed class RejectionStore(Database database)
{
    private const string Add = """
        INSERT INTO "refused_requests" ("RequestId", "TenantId", "KeyId", "At", "Verdict", "Proven", "Method", "Target", "TargetCut", "Address", "Agent",
          "SkewSeconds", "Timestamp", "Signature", "BodyDigest", "MinifiedDigest", "Scope")
        SELECT @id, @tenant, @key, @at, @verdict, @proven, @method, @target, @cut, @address, @agent, @skew, @timestamp, @signature, @body, @minified, @scope
        WHERE EXISTS (SELECT 1 FROM "api_keys" WHERE "Id" = @key)
        ON CONFLICT ("RequestId") DO NOTHING
        """;

    private const string Forget = """
        DELETE FROM "refused_requests" WHERE "RequestId" IN (
          SELECT "RequestId" FROM "refused_requests" WHERE "KeyId" = @key AND "Proven" = @proven
          ORDER BY "At" DESC, "RequestId" DESC LIMIT 1000000 OFFSET @most)
        """;

    private static readonly string[] Columns =
    [
        "id", "tenant", "key", "at", "verdict", "proven", "method", "target", "cut", "address", "agent", "skew", "timestamp", "signature", "body", "minified", "scope",
    ];

    /// <summary>
    /// Adds the batch in one transaction and keeps each key within <see cref="Rejection.MostPerKey"/> of each kind. A key that was deleted meanwhile
    /// takes its own along.
    /// </summary>
    internal Task AddAsync(IReadOnlyList<Rejection> batch, CancellationToken cancellationToken) =>
        database.WriteAsync<object?>(
            tenantId: null,
            async db =>
            {
                await using var add = new BatchCommand(db, Add, Columns);
                await using var forget = new BatchCommand(db, Forget, "key", "proven", "most");
                await add.RunEachAsync([.. batch.Select(r => new object?[]
                {
                    r.RequestId, r.TenantId, r.KeyId, r.At.ToUnixTimeMilliseconds(), (int)r.Verdict, r.Proven, r.Method, r.Target, r.TargetCut,
                    r.Address, r.Agent, r.SkewSeconds, r.Timestamp, r.Signature, r.BodyDigest, r.MinifiedDigest, r.Scope,
                })]);
                await forget.RunEachAsync([.. batch.Select(r => (r.KeyId, r.Proven)).Distinct().Order().Select(kind => new object?[] { kind.KeyId, kind.Proven, Rejection.MostPerKey })]);
                return null;
            },
            cancellationToken: cancellationToken);
}

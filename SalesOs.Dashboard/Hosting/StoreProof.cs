using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Hosting;

/// <summary>The audit log's word on the database, for the engine that opens it.</summary>
internal sealed class StoreProof(IServiceProvider services) : IStoreProof
{
    // The signing key stands in the database, so it is asked for once that is open.
    public Task<byte[]> LatestAsync(DashboardDbContext db, string order) => AuditMark.LatestAsync(db, services.GetRequiredService<AuditSigner>(), order);

    public Task<StoreStanding> CompareAsync(DashboardDbContext db, byte[] mark, Func<MasterKey> master) => AuditMark.CompareAsync(db, mark, master);
}

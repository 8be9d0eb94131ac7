namespace SalesOs.Dashboard.Persistence;

/// <summary>What the audit log, which stands above this room, can prove of a database whose files somebody may have exchanged.</summary>
public interface IStoreProof
{
    /// <summary>The mark of the database as it is.</summary>
    /// <param name="order">The column in whose order rows were written.</param>
    Task<byte[]> LatestAsync(DashboardDbContext db, string order);

    /// <summary>Compares a database with the mark that was last written of it.</summary>
    /// <param name="db">Of any version of the program; only read.</param>
    /// <param name="master">Asked for once the database has shown to be one: what is none has no key to miss.</param>
    Task<StoreStanding> CompareAsync(DashboardDbContext db, byte[] mark, Func<MasterKey> master);
}

/// <summary>How a database stands to a mark.</summary>
/// <param name="IsItsOwn">False: the mark was written of another database, or was changed.</param>
/// <param name="Missing">The audit chain and the entry that the database had and has no longer; null when it has all.</param>
public sealed record StoreStanding(bool IsItsOwn, (string Chain, long Entry)? Missing = null);

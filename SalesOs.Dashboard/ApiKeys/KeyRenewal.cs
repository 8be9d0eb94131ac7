using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Reads anew a key of the ring that another node has changed.</summary>
public sealed partial class KeyRenewal(Database database, KeyRing ring, ILogger<KeyRenewal> logger)
{
    /// <summary>Puts the key's settings of now into the ring, or takes it out where it was deleted.</summary>
    /// <returns>False: the database can't be read.</returns>
    public async ValueTask<bool> TryAsync(RingKey key)
    {
        if (ring.Find(key.ApiKey) is { } now && now.Version > key.Version)
        {
            // Of many requests that wait for it one has read it, or the feed has.
            return true;
        }

        try
        {
            await using var db = database.Read(key.TenantId);
            if (await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.Id == key.Id) is { } stored)
            {
                ring.Renew(KeyRingLoader.Changed(key, stored));
            }
            else
            {
                ring.Remove(key.ApiKey);
            }

            return true;
        }
        catch (Exception fault) when (fault is DbException or StoreException or ObjectDisposedException)
        {
            NotRead(key.Id, fault);
            return false;
        }
    }

    [LoggerMessage(2006, LogLevel.Warning, "API key {KeyId} has changed and could not be read anew. Its requests get 503 until it can.")]
    private partial void NotRead(Guid keyId, Exception fault);
}

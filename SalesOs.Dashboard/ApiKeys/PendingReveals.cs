using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// The secrets of new keys whose maker has not yet said to have saved them, for <see cref="Kept"/>: sealed under the tenant's data key, for the one who made the key, in
/// <see cref="IShortMemory"/>. Who may see one, and that it is audited, is <see cref="KeyReveals"/>'s business.
/// </summary>
public sealed class PendingReveals(IShortMemory memory, TimeProvider clock) : IDisposable
{
    /// <summary>Of one person; the oldest goes for one more.</summary>
    public const int MostPerPerson = 10;

    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private const int UntilSize = sizeof(long);

    private readonly Lock sync = new();

    /// <summary>What was made or shown here, each until its time is over: pages are told then.</summary>
    private readonly Dictionary<Guid, (string Name, ITimer Expiry)> here = [];

    /// <summary>A reveal is over, on the thread of what ended it: listeners must return at once and not throw.</summary>
    public event EventHandler<RevealGone>? Gone;

    /// <summary>Those that end with this process.</summary>
    public int Count
    {
        get
        {
            lock (sync)
            {
                return memory.IsShared ? 0 : here.Count;
            }
        }
    }

    /// <summary>Its maker has said on another node to have saved the values, or the key was deleted there: pages that show it here are told.</summary>
    public async Task EndedElsewhereAsync(Guid keyId)
    {
        if (Forget(keyId) is { } name)
        {
            await memory.TakeAsync(name);
            Gone?.Invoke(this, new RevealGone(keyId, expired: false));
        }
    }

    public void Dispose()
    {
        lock (sync)
        {
            foreach (var (_, expiry) in here.Values)
            {
                expiry.Dispose();
            }

            here.Clear();
        }
    }

    /// <param name="dataKey">The tenant's.</param>
    internal async Task KeepAsync(byte[] dataKey, Caller caller, CreatedKey made)
    {
        var until = UntilOf(made.Key.CreatedAt);
        var plain = new byte[UntilSize + Encoding.ASCII.GetByteCount(made.Secret)];
        BinaryPrimitives.WriteInt64BigEndian(plain, until.ToUnixTimeMilliseconds());
        Encoding.ASCII.GetBytes(made.Secret, plain.AsSpan(UntilSize));
        var sealedSecret = SealedBytes.Seal(dataKey, plain, DataOf(caller, made.Key.Id));
        CryptographicOperations.ZeroMemory(plain);
        var name = NameOf(caller.TenantId, made.Key.Id);
        await memory.PutAsync(name, sealedSecret, until - clock.GetUtcNow());
        Watch(made.Key.Id, name, until);
    }

    /// <summary>Whether the key's values can still be shown to whoever made it.</summary>
    internal async Task<bool> HoldsAsync(string tenantId, Guid keyId, DateTimeOffset createdAt) =>
        clock.GetUtcNow() < UntilOf(createdAt) && await memory.GetAsync(NameOf(tenantId, keyId)) is not null;

    /// <summary>The secret, and until when it may be shown; null when it is over, another person's, or never was.</summary>
    /// <param name="dataKey">The tenant's.</param>
    internal async Task<(string Secret, DateTimeOffset Until)?> OpenAsync(byte[] dataKey, Caller caller, Guid keyId)
    {
        var name = NameOf(caller.TenantId, keyId);
        if (await memory.GetAsync(name) is not { Length: > SealedBytes.NonceSize + SealedBytes.TagSize + UntilSize } bytes)
        {
            return null;
        }

        var plain = new byte[bytes.Length - SealedBytes.NonceSize - SealedBytes.TagSize];
        if (!SealedBytes.TryOpen(dataKey, bytes, DataOf(caller, keyId), plain))
        {
            return null;
        }

        var until = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain));
        var secret = Encoding.ASCII.GetString(plain.AsSpan(UntilSize));
        CryptographicOperations.ZeroMemory(plain);
        if (clock.GetUtcNow() >= until)
        {
            return null;
        }

        Watch(keyId, name, until);
        return (secret, until);
    }

    /// <summary>It is over on every node.</summary>
    /// <param name="expired">False: its maker has said to have saved the values.</param>
    internal async Task EndAsync(string tenantId, Guid keyId, bool expired)
    {
        await memory.TakeAsync(NameOf(tenantId, keyId));
        if (Forget(keyId) is not null)
        {
            Gone?.Invoke(this, new RevealGone(keyId, expired));
        }
    }

    private static DateTimeOffset UntilOf(DateTimeOffset createdAt) => createdAt + Kept;

    private static string NameOf(string tenantId, Guid keyId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"salesos/reveal/{tenantId}/{keyId}")));

    private static byte[] DataOf(Caller caller, Guid keyId) => Encoding.UTF8.GetBytes($"salesos/reveal/v1/{caller.TenantId}/{keyId}/{caller.Subject}");

    private void Watch(Guid keyId, string name, DateTimeOffset until)
    {
        lock (sync)
        {
            if (!here.ContainsKey(keyId))
            {
                here[keyId] = (name, clock.CreateTimer(_ => Expire(keyId), state: null, until - clock.GetUtcNow(), Timeout.InfiniteTimeSpan));
            }
        }
    }

    private void Expire(Guid keyId)
    {
        if (Forget(keyId) is not null)
        {
            Gone?.Invoke(this, new RevealGone(keyId, expired: true));
        }
    }

    /// <summary>The name under which it was kept; null when it was neither made nor shown here.</summary>
    private string? Forget(Guid keyId)
    {
        lock (sync)
        {
            if (!here.Remove(keyId, out var watched))
            {
                return null;
            }

            watched.Expiry.Dispose();
            return watched.Name;
        }
    }
}

/// <summary>A new key's values as they are shown.</summary>
/// <param name="Until">From then on they are not shown again.</param>
public sealed record Reveal(CreatedKey Created, DateTimeOffset Until);

/// <param name="expired">Its time was over; false: its maker said that they have saved both values.</param>
public sealed class RevealGone(Guid keyId, bool expired) : EventArgs
{
    public Guid KeyId => keyId;

    public bool Expired => expired;
}

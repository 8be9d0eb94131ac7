using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>Fills the ring from the database before the program is ready, and turns stored keys into the gate's form.</summary>
public sealed partial class KeyRingLoader(Database database, Vault vault, KeyRing ring, ILogger<KeyRingLoader> logger)
{
    private const string Table = "api_keys";

    /// <summary>Parts differ in what reading them takes: several each, and no processor waits long for another's last one.</summary>
    private const int PartsPerProcessor = 4;

    private static readonly string[] Columns =
        ["Id", "TenantId", "Key", "SealedK1", "Name", "ScopeText", "RateLimit", "AllowedIpText", "SingleUse", "ExpiryOrder", "RevokedAt", "Version", "PausedAt", "PausedUntil", "PausedThen", "PauseAnswer", "BrownOutText", "RotatedTo"];

    private static readonly Dictionary<string, IReadOnlyList<string>> ScopeLists = new(StringComparer.Ordinal);

    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        await using var db = database.Read(tenantId: null);
        var wrapped = await db.Set<TenantDataKey>().IgnoreQueryFilters().ToDictionaryAsync(k => k.TenantId, k => k.Wrapped, StringComparer.Ordinal, cancellationToken);
        var parts = await database.Engine.PartsAsync(db, Table, PartsPerProcessor * System.Environment.ProcessorCount, cancellationToken);
        var keys = new List<RingKey>[parts.Count];
        await Parallel.ForAsync(0, parts.Count, cancellationToken, (i, cancelled) =>
        {
            keys[i] = KeysOf(parts[i], wrapped, cancelled);
            return ValueTask.CompletedTask;
        });
        // Last of all: each garbage collection would otherwise look through the whole large table for keys that have just been made.
        foreach (var key in keys.SelectMany(part => part))
        {
            ring.Put(key);
        }

        ring.MarkReady();
    }

    /// <summary>Adds keys that were made since, unless they are there.</summary>
    internal async Task AddAsync(DashboardDbContext db, IReadOnlyCollection<ApiKey> made, CancellationToken cancellationToken)
    {
        foreach (var tenant in made.GroupBy(key => key.TenantId, StringComparer.Ordinal))
        {
            var wrapped = await db.Set<TenantDataKey>().IgnoreQueryFilters().Where(k => k.TenantId == tenant.Key).Select(k => k.Wrapped).SingleOrDefaultAsync(cancellationToken);
            using var opener = vault.OpenerOf(tenant.Key, wrapped);
            foreach (var key in tenant)
            {
                var k1 = new byte[SignatureChain.DigestSize];
                Open(opener, key.Id, tenant.Key, key.SealedK1, k1);
                ring.Add(ToRing(key, k1, ring.NextOrdinal(), string.Intern(tenant.Key)));
                CryptographicOperations.ZeroMemory(k1);
            }
        }
    }

    private void Open(Vault.K1Opener? opener, Guid id, string tenant, ReadOnlySpan<byte> sealedK1, Span<byte> k1)
    {
        if (opener?.TryOpen(id, sealedK1, k1) != true)
        {
            DoesNotOpen(id, tenant);
            // Random bytes fit no signature: the key answers 401, the others go on.
            RandomNumberGenerator.Fill(k1);
        }
    }

    private List<RingKey> KeysOf(RowPart part, Dictionary<string, byte[]> wrapped, CancellationToken cancellationToken)
    {
        using var db = database.Read(tenantId: null);
        // Made into objects by EF, or only into strings by the reader, a million rows take far longer.
        using var rows = database.Engine.Rows(db, Table, part, Columns);
        var tenants = new Dictionary<string, (string Id, Vault.K1Opener? Opener)>(StringComparer.Ordinal);
        var tenant = new Repeated<(string Id, Vault.K1Opener? Opener)>(id =>
        {
            if (!tenants.TryGetValue(id, out var known))
            {
                // One string for all the keys of a tenant.
                tenants[id] = known = (string.Intern(id), vault.OpenerOf(id, wrapped.GetValueOrDefault(id)));
            }

            return known;
        });
        var scopes = new Repeated<IReadOnlyList<string>>(ScopesOf);
        var blocks = new Repeated<IReadOnlyList<AddressBlock>>(BlocksOf);
        var keys = new List<RingKey>();
        Span<byte> k1 = stackalloc byte[SignatureChain.DigestSize];
        try
        {
            while (rows.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var id = rows.Id(0);
                var (tenantId, opener) = tenant.Of(rows.Bytes(1));
                Open(opener, id, tenantId, rows.Bytes(3), k1);
                keys.Add(new RingKey(Encoding.ASCII.GetString(rows.Bytes(2)), k1)
                {
                    Ordinal = ring.NextOrdinal(),
                    Id = id,
                    Version = (int)rows.Number(11),
                    TenantId = tenantId,
                    Name = Encoding.UTF8.GetString(rows.Bytes(4)),
                    Scopes = scopes.Of(rows.Bytes(5)),
                    RateLimit = (int)rows.Number(6),
                    AllowedIps = blocks.Of(rows.Bytes(7)),
                    SingleUse = rows.Number(8) != 0,
                    ExpiresAt = rows.Number(9),
                    Revoked = !rows.IsNull(10),
                    HasSuccessor = !rows.IsNull(17),
                    Pause = rows.IsNull(12) && rows.Bytes(16).IsEmpty ? null : PauseOf(
                        !rows.IsNull(12),
                        rows.IsNull(13) ? null : rows.Number(13),
                        (PauseEnd)(rows.IsNull(14) ? 0 : rows.Number(14)),
                        (PauseAnswer)rows.Number(15),
                        Encoding.UTF8.GetString(rows.Bytes(16))),
                });
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(k1);
            foreach (var (_, opener) in tenants.Values)
            {
                opener?.Dispose();
            }
        }

        return keys;
    }

    /// <param name="tenant">The tenant's id: one string for all its keys.</param>
    internal static RingKey ToRing(ApiKey key, ReadOnlySpan<byte> k1, int ordinal, string tenant) => new(key.Key, k1)
    {
        Ordinal = ordinal,
        Id = key.Id,
        Version = key.Version,
        TenantId = tenant,
        Name = key.Name,
        Scopes = ScopesOf(key.ScopeText),
        RateLimit = key.RateLimit,
        ExpiresAt = key.ExpiryOrder,
        Revoked = key.RevokedAt is not null,
        HasSuccessor = key.RotatedTo is not null,
        Pause = key.PausedAt is null && key.BrownOutText.Length == 0
            ? null
            : PauseOf(key.PausedAt is not null, key.PausedUntil?.ToUnixTimeMilliseconds(), key.PausedThen, key.PauseAnswer, key.BrownOutText),
        SingleUse = key.SingleUse,
        AllowedIps = BlocksOf(key.AllowedIpText),
    };

    /// <summary>The key with its settings of now; k1 and ordinal stay.</summary>
    internal static RingKey Changed(RingKey before, ApiKey key) => ToRing(key, before.K1, before.Ordinal, before.TenantId);

    /// <param name="until">Unix milliseconds; null: until somebody resumes the key.</param>
    private static RingPause PauseOf(bool isPaused, long? until, PauseEnd? then, PauseAnswer answer, string brownOuts) => new()
    {
        Until = isPaused ? until ?? long.MaxValue : 0,
        ThenRevoked = isPaused && then == PauseEnd.Revoke,
        Answer = answer,
        BrownOuts = BrownOutSpan.Read(brownOuts),
    };

    /// <summary>Few scope lists serve all keys.</summary>
    private static IReadOnlyList<string> ScopesOf(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        lock (ScopeLists)
        {
            return ScopeLists.TryGetValue(text, out var list) ? list : ScopeLists[text] = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    private static IReadOnlyList<AddressBlock> BlocksOf(string text) => text.Length == 0
        ? []
        : text.Split('\n').Select(line => AddressBlock.TryParse(line, out var block) ? block : throw new FormatException($"A stored key allows '{line}', which is no address.")).ToArray();

    /// <summary>Neighbouring rows mostly say the same: what was made of a text is used again as long as the text stays.</summary>
    private sealed class Repeated<T>(Func<string, T> make)
    {
        private byte[]? latest;
        private T made = default!;

        public T Of(ReadOnlySpan<byte> utf8)
        {
            if (latest is null || !utf8.SequenceEqual(latest))
            {
                made = make(Encoding.UTF8.GetString(utf8));
                latest = utf8.ToArray();
            }

            return made;
        }
    }

    [LoggerMessage(2000, LogLevel.Critical, "The key material of API key {KeyId} of tenant {TenantId} does not open: it was changed, or belongs to another row. The key is refused until it is replaced.")]
    private partial void DoesNotOpen(Guid keyId, string tenantId);
}

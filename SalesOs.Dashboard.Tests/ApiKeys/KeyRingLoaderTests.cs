using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public sealed class KeyRingLoaderTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Load_KeysOfManyKindsAndTenants_AreAsTheyWereBefore()
    {
        var random = new Random(5);
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (var house = await KeyHouse.OpenAsync(directory))
        {
            for (var i = 0; i < 60; i++)
            {
                var caller = KeyHouse.Admin(random.Next(2) == 0 ? KeyHouse.Acme : KeyHouse.Beta);
                var request = new NewKey(
                    random.Next(2) == 0 ? $"Entregas de São Paulo {i}" : $"倉庫 {i}",
                    random.Next(2) == 0 ? KeyEnvironment.Live : KeyEnvironment.Test,
                    [.. new[] { Scopes.DefaultSync, Scopes.LeadsRead }.Take(random.Next(3))],
                    1 + random.Next(1_000_000),
                    ExpiresInDays: random.Next(2) == 0 ? 1 + random.Next(100) : null,
                    AllowedIps: [.. new[] { "203.0.113.7", "10.0.0.0/8", "2001:db8::/32" }.Take(random.Next(4))],
                    SingleUse: random.Next(2) == 0);
                var made = await house.MakeAsync(request, caller);
                var done = random.Next(4) switch
                {
                    0 => (await house.Keys.RevokeAsync(made.Key.Id, reason: null, caller)).Done,
                    1 => (await house.Keys.DeleteAsync(made.Key.Id, caller)).Done,
                    2 => (await house.Keys.EditAsync(made.Key.Id, new KeyEdit { RateLimit = new(true, 7), Scopes = new(true, []) }, ifVersion: null, caller)).Done,
                    _ => true,
                };
                done.ShouldBeTrue();
                before[made.ApiKey] = Told(house.Ring.Find(made.ApiKey));
            }
        }

        await using var again = await KeyHouse.OpenAsync(directory);
        foreach (var (apiKey, told) in before)
        {
            Told(again.Ring.Find(apiKey)).ShouldBe(told);
        }

        again.Ring.Count.ShouldBe(before.Values.Count(told => told.Length > 0));
        again.Ring.Ready.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(40)]
    public async Task Parts_OfAnyNumber_HoldEveryRowOnce(int parts)
    {
        await using var house = await KeyHouse.OpenAsync(directory);
        var ids = new List<Guid>();
        for (var i = 0; i < 12; i++)
        {
            ids.Add((await house.MakeAsync()).Key.Id);
        }

        // Gaps at the beginning, in between and at the end.
        foreach (var at in (int[])[0, 1, 5, 6, 11])
        {
            (await house.Keys.DeleteAsync(ids[at], KeyHouse.Admin())).Done.ShouldBeTrue();
        }

        await using var db = house.Database.Read(tenantId: null);
        var found = new List<Guid>();
        foreach (var part in await RawRows.PartsAsync(db, "api_keys", parts, CancellationToken.None))
        {
            using var rows = RawRows.Of(db, "api_keys", part, "Id");
            while (rows.Read())
            {
                found.Add(Guid.Parse(rows.Bytes(0), System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        found.ShouldBe(parts == 0 ? [] : ids.Where((_, i) => i is not (0 or 1 or 5 or 6 or 11)));
    }

    [Fact]
    public async Task Parts_OfAnEmptyTable_AreNone()
    {
        await using var house = await KeyHouse.OpenAsync(directory);
        await using var db = house.Database.Read(tenantId: null);
        (await RawRows.PartsAsync(db, "api_keys", parts: 8, CancellationToken.None)).ShouldBeEmpty();
    }

    /// <summary>All that the gate knows of a key, but its number in this process.</summary>
    private static string Told(RingKey? key) => key is null
        ? ""
        : $"{key.Id} {key.TenantId} {key.Name} {key.Environment} {string.Join(',', key.Scopes)} {key.RateLimit} {key.ExpiresAt} {key.Revoked} {key.SingleUse} {string.Join(',', key.AllowedIps)} {Convert.ToHexString(key.K1)}";
}

using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Tests.ApiKeys;

/// <summary>Guarantee T1: random operations of two tenants, each naming keys of both, against a model that never lets them meet.</summary>
public class TwoTenantsModelTests
{
    protected virtual int Steps => 2_000;

    [Fact]
    public async Task RandomOperations_OfTwoTenants_NeverCross()
    {
        await using var house = await KeyHouse.OpenAsync();
        var random = new Random(20261122);
        var model = new Dictionary<Guid, (string Tenant, string Name, bool Revoked)>();
        var ids = new List<Guid>();
        for (var step = 0; step < Steps; step++)
        {
            var tenant = random.Next(2) == 0 ? KeyHouse.Acme : KeyHouse.Beta;
            var caller = KeyHouse.Admin(tenant);
            var id = ids.Count > 0 && random.Next(20) > 0 ? ids[random.Next(ids.Count)] : Guid.CreateVersion7();
            var mine = model.TryGetValue(id, out var known) && known.Tenant == tenant;
            switch (random.Next(12))
            {
                case 0 when ids.Count < 16:
                    var made = (await house.Keys.CreateAsync(new NewKey($"{tenant} {step}"), caller)).Value!;
                    model[made.Key.Id] = (tenant, made.Key.Name, false);
                    ids.Add(made.Key.Id);
                    break;
                case 1:
                    (await house.Keys.RevokeAsync(id, "random", caller)).Done.ShouldBe(mine);
                    if (mine)
                    {
                        model[id] = known with { Revoked = true };
                    }

                    break;
                case 2:
                    (await house.Keys.EditAsync(id, new KeyEdit { Name = $"edited {step}" }, ifVersion: null, caller)).Done.ShouldBe(mine && !known.Revoked);
                    if (mine && !known.Revoked)
                    {
                        model[id] = known with { Name = $"edited {step}" };
                    }

                    break;
                case 3 when random.Next(4) == 0:
                    (await house.Keys.DeleteAsync(id, caller)).Done.ShouldBe(mine);
                    if (mine)
                    {
                        model.Remove(id);
                        ids.Remove(id);
                    }

                    break;
                case 4 when ids.Count < 16:
                    var rotated = await house.Keys.RotateAsync(id, caller);
                    rotated.Done.ShouldBe(mine && !known.Revoked);
                    if (rotated.Done)
                    {
                        rotated.Value.Key.RotatedFrom.ShouldBe(id);
                        model[rotated.Value.Key.Id] = (tenant, known.Name, false);
                        ids.Add(rotated.Value.Key.Id);
                    }

                    break;
                case < 8:
                    var view = await house.Keys.GetAsync(id, caller);
                    view.Done.ShouldBe(mine);
                    if (mine)
                    {
                        view.Value!.Name.ShouldBe(known.Name);
                        (view.Value.Status == KeyStatus.Revoked).ShouldBe(known.Revoked);
                    }

                    break;
                default:
                    var page = (await house.Keys.ListAsync(new KeyQuery(PerPage: 100), caller)).Value!;
                    page.Keys.Select(k => k.Id).ShouldBe(model.Where(m => m.Value.Tenant == tenant).Select(m => m.Key), ignoreOrder: true);
                    break;
            }
        }
    }
}

/// <summary>The same, for longer.</summary>
[Trait("Speed", "Long")]
public class LongTwoTenantsModelTests : TwoTenantsModelTests
{
    protected override int Steps => 20_000;
}

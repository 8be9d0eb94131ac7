using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

public class NamedKeyTests
{
    [Fact]
    public async Task Named_HeaderOfAnyForm_FindsTheKnownKeyInIt()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var unknown = CredentialFormat.NewApiKey(test: false);
        NamedKey.In($"Bearer {key.ApiKey}", house.Ring).ShouldBe(key.Ring);
        NamedKey.In($"P2S-SIGN-V1 {key.ApiKey}:1:{new string('A', 64)}", house.Ring).ShouldBe(key.Ring);
        NamedKey.In(new[] { $"Bearer {unknown}", $"x{key.ApiKey}" }, house.Ring).ShouldBe(key.Ring);
        NamedKey.In(new[] { "a", "b", key.ApiKey }, house.Ring).ShouldBeNull();
        NamedKey.In(default, house.Ring).ShouldBeNull();
        NamedKey.In("sk_", house.Ring).ShouldBeNull();
        NamedKey.In(unknown, house.Ring).ShouldBeNull();
        NamedKey.In(new string('x', 511) + key.ApiKey, house.Ring).ShouldBeNull();
        NamedKey.In("sk_sk_sk_sk_" + key.ApiKey, house.Ring).ShouldBeNull();
    }
}

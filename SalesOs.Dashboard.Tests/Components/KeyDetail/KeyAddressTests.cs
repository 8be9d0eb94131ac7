using SalesOs.Dashboard.Components.KeyDetail;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class KeyAddressTests
{
    private const string Site = "https://dashboard.test";
    private static readonly Guid Id = Guid.Parse("0197f2c4-1111-7111-8111-111111111111");

    [Theory]
    [InlineData("", UsageRange.Week, null)]
    [InlineData("?usage=24h", UsageRange.Day, null)]
    [InlineData("?usage=90d&request=0197f2c4-2222-7222-8222-222222222222", UsageRange.Quarter, "0197f2c4-2222-7222-8222-222222222222")]
    public void Address_WhatWasChosen_IsReadAndWrittenTheSame(string query, UsageRange range, string? request)
    {
        var address = KeyAddress.Parse($"{Site}/integrations/api-keys/{Id}{query}").ShouldNotBeNull();

        address.ShouldBe(new KeyAddress(Id) { Range = range, Request = request });
        address.ToString().ShouldBe($"/integrations/api-keys/{Id}{query}");
    }

    [Fact]
    public void Address_WronglySaid_IsTakenAsNotSaid() =>
        KeyAddress.Parse($"{Site}/integrations/api-keys/{Id}?usage=1y&request=%20").ShouldBe(new KeyAddress(Id));

    [Theory]
    [InlineData("/integrations/api-keys")]
    [InlineData("/integrations/api-keys/nonsense")]
    [InlineData("/integrations/api-keys/0197f2c4-1111-7111-8111-111111111111/more")]
    public void Address_OfNoKey_IsNone(string path) => KeyAddress.Parse(Site + path).ShouldBeNull();

    [Fact]
    public void Request_TypedAsSomethingElse_IsNoId()
    {
        (new KeyAddress(Id) { Request = "sk_live_a1b2" }).RequestId.ShouldBeNull();
        (new KeyAddress(Id) { Request = "0197F2C4222272228222222222222222" }).RequestId.ShouldNotBeNull("digits without hyphens are an id too");
    }
}

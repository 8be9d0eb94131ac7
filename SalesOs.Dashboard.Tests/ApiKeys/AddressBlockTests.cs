using System.Net;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class AddressBlockTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.0/24", "203.0.113.255", true)]
    [InlineData("203.0.113.0/24", "203.0.114.0", false)]
    [InlineData("203.0.113.0/24", "::ffff:203.0.113.9", true)]
    [InlineData("::ffff:203.0.113.0/120", "203.0.113.9", true)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("0.0.0.0/0", "198.51.100.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    public void Contains_AddressAgainstBlock_IsAsCidrSays(string block, string address, bool inside)
    {
        AddressBlock.TryParse(block, out var parsed).ShouldBeTrue();
        parsed.Contains(IPAddress.Parse(address)).ShouldBe(inside);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0")]
    [InlineData("010.0.0.1")]
    [InlineData("0x0a000001")]
    [InlineData("167772161")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.0/")]
    [InlineData("fe80::1%eth0")]
    [InlineData("2001:db8::1/32")]
    [InlineData("example.test")]
    [InlineData("10.0.0.1,10.0.0.2")]
    public void TryParse_NotABlock_IsRefused(string text) => AddressBlock.TryParse(text, out _).ShouldBeFalse();
}

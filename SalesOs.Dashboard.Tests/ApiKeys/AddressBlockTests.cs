using System.Net;
using System.Text.RegularExpressions;
using CsCheck;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class AddressBlockTests
{
    private const string Octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private const string V4 = $@"({Octet}\.{Octet}\.{Octet}\.{Octet})";
    private const string Group = "[0-9A-Fa-f]{1,4}";
    private const string Tail = $"({Group}:{Group}|{V4})";

    private static readonly Regex Grammar = new(
        $@"\A(({V4})(/([0-9]|[12][0-9]|3[0-2]))?|(({Group}:){{6}}{Tail}|::({Group}:){{5}}{Tail}|({Group})?::({Group}:){{4}}{Tail}|(({Group}:){{0,1}}{Group})?::({Group}:){{3}}{Tail}"
        + $@"|(({Group}:){{0,2}}{Group})?::({Group}:){{2}}{Tail}|(({Group}:){{0,3}}{Group})?::{Group}:{Tail}|(({Group}:){{0,4}}{Group})?::{Tail}|(({Group}:){{0,5}}{Group})?::{Group}"
        + $@"|(({Group}:){{0,6}}{Group})?::)(/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))?)\z",
        RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(10));

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
    [InlineData("10.1")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("10.0.0.00")]
    [InlineData("10.0.0.1.")]
    [InlineData("10.0.0.1:443")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/00")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData("10.0.0.0/\uFF18")]
    [InlineData("\uFF11\uFF10.0.0.0")]
    [InlineData(" 10.0.0.1")]
    [InlineData("10.0.0.1 ")]
    [InlineData("[::1]")]
    [InlineData("[::1]:443")]
    [InlineData("[::1]/128")]
    [InlineData("[2001:db8::]:80/32")]
    [InlineData("2001:db8::/032")]
    [InlineData("::1%1")]
    [InlineData("fe80::%1/64")]
    [InlineData("::ffff:010.0.0.1")]
    [InlineData("::ffff:10.1")]
    [InlineData("::ffff:0x0a.0.0.1")]
    [InlineData("64:ff9b::10.0.0.1:1")]
    [InlineData("1::2::3")]
    [InlineData(":::")]
    [InlineData("12345::")]
    public void TryParse_NotABlock_IsRefused(string text) => AddressBlock.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("::/0")]
    [InlineData("0.0.0.0/0")]
    [InlineData("2001:0DB8:0000::/48")]
    [InlineData("64:ff9b::192.0.2.1")]
    [InlineData("::ffff:10.0.0.0/104")]
    public void TryParse_ABlockInAnotherSpelling_IsTaken(string text) => AddressBlock.TryParse(text, out _).ShouldBeTrue();

    /// <summary>The grammar of RFC 3986, where the forms of RFC 4291 stand in full.</summary>
    [Fact]
    public void TryParse_AnyText_IsTakenWhenTheStandardsGrammarTakesItAlone() =>
        Gen.OneOf<string[]>(
            Gen.OneOf("0", "1", "10", "010", "255", "256", ".", ".", ".", "/", "8", "08").Array[1, 10],
            Gen.OneOf(":", ":", "::", "0", "1", "db8", "00a1", "ffff", "1.2.3.4", "01.2.3.4", "[", "]", "%1", "/", "64", "032", "0x1").Array[1, 12])
            .Select(parts => string.Concat(parts))
            .Sample(
                text =>
                {
                    if (AddressBlock.TryParse(text, out _))
                    {
                        Grammar.IsMatch(text).ShouldBeTrue(text);
                    }
                    else if (Grammar.IsMatch(text) && !text.Contains('/', StringComparison.Ordinal))
                    {
                        Assert.Fail(text + " is an address");
                    }
                },
                iter: 50_000);
}

using SalesOs.Dashboard.Sales;

namespace SalesOs.Dashboard.Tests.Sales;

public class EmailAddressTests
{
    public static TheoryData<string> Sound => ["a@b", "ana.lima+x@example.com.br", "joão@exämple.com", "😀@example.com", "o'neil/x=y@example.com", "\"d;e\"@x.co", "d@[192.0.2.1]", "d@[IPv6:2001:db8::1]", new string('a', 242) + "@example.com"];

    public static TheoryData<string> Broken =>
    [
        "", "@", "a@", "@b", "a", "a@b@c", "a b@c", "a@b ", " a@b", "a\t@b", "a\u00A0@b", "a@b\n", "a@b\0", "a\u007F@b",
        "<d@x.co>", "d@x.co>", "<d@x.co", "Dan<d@x.co>", "mailto:d@x.co", "d@x.co,e", "d;e@x.co", "(d)d@x.co", "d@x.co(d)", "d\\@x.co", "\"d@x.co", "d\"@x.co", "\"d\"d\"@x.co",
        "[d]@x.co", "d@[x", "d@x]", "d@[]", "d@.co", "d@x.", "d@x..co", "d@.",
        "a@\uD800", "\uDC00a@b", new string('a', 243) + "@example.com",
    ];

    [Theory]
    [MemberData(nameof(Sound))]
    public void IsWellFormed_SoundAddress_Passes(string address) => EmailAddress.IsWellFormed(address).ShouldBeTrue();

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void IsWellFormed_BrokenAddress_DoesNot(string address) => EmailAddress.IsWellFormed(address).ShouldBeFalse();

    [Fact]
    public void Fold_Case_IsTheOnlyThingFolded() => EmailAddress.Fold("João.L+X@Example.COM").ShouldBe("joão.l+x@example.com");
}

using System.Text;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Signing;

public class CredentialFormatTests
{
    private const string Base36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    [Theory]
    [InlineData(false, "sk_live_")]
    [InlineData(true, "sk_test_")]
    public void ApiKey_New_HasItsForm(bool test, string prefix)
    {
        var keys = Enumerable.Range(0, 1_000).Select(_ => CredentialFormat.NewApiKey(test)).ToArray();
        keys.ShouldAllBe(key => key.Length == CredentialFormat.ApiKeyLength && key.StartsWith(prefix, StringComparison.Ordinal));
        keys.ShouldAllBe(key => CredentialFormat.IsApiKey(key) && CredentialFormat.IsTest(key) == test && !CredentialFormat.IsSecret(key));
        keys.Distinct(StringComparer.Ordinal).Count().ShouldBe(keys.Length);
        UsedIn(keys, 8..33).ShouldBe(Base36);
    }

    [Theory]
    [InlineData(false, "salesos_secret_live_")]
    [InlineData(true, "salesos_secret_test_")]
    public void Secret_New_HasItsForm(bool test, string prefix)
    {
        var secrets = Enumerable.Range(0, 1_000).Select(_ => CredentialFormat.NewSecret(test)).ToArray();
        secrets.ShouldAllBe(secret => secret.Length == CredentialFormat.SecretLength && secret.StartsWith(prefix, StringComparison.Ordinal));
        secrets.ShouldAllBe(secret => CredentialFormat.IsSecret(secret) && CredentialFormat.IsTest(secret) == test && !CredentialFormat.IsApiKey(secret));
        secrets.Distinct(StringComparer.Ordinal).Count().ShouldBe(secrets.Length);
        UsedIn(secrets, 20..63).ShouldBe(Base62);
    }

    [Fact]
    public void ApiKey_AnyCharacterMistyped_IsNotOne() =>
        Typos(CredentialFormat.NewApiKey(test: false), Base62 + "_").ShouldAllBe(typo => !CredentialFormat.IsApiKey(typo));

    [Fact]
    public void Secret_AnyCharacterMistyped_IsNotOne() =>
        Typos(CredentialFormat.NewSecret(test: false), Base62 + "_").ShouldAllBe(typo => !CredentialFormat.IsSecret(typo));

    [Fact]
    public void Credential_TwoNeighboursSwapped_IsNotOne()
    {
        Swaps(CredentialFormat.NewApiKey(test: true)).ShouldAllBe(swapped => !CredentialFormat.IsApiKey(swapped));
        Swaps(CredentialFormat.NewSecret(test: true)).ShouldAllBe(swapped => !CredentialFormat.IsSecret(swapped));
    }

    [Fact]
    public void Credential_CutOrExtended_IsNotOne()
    {
        var key = CredentialFormat.NewApiKey(test: true);
        var secret = CredentialFormat.NewSecret(test: true);
        foreach (var wrong in new[] { "", key[..^1], key[1..], key + "0", " " + key, secret[..^1], secret[1..], secret + "0", secret + "\n" })
        {
            CredentialFormat.IsApiKey(wrong).ShouldBeFalse();
            CredentialFormat.IsSecret(wrong).ShouldBeFalse();
        }
    }

    [Fact]
    public void Secret_OfTheOtherEnvironment_DoesNotHoldTheChecksum()
    {
        var live = CredentialFormat.NewSecret(test: false);
        CredentialFormat.IsSecret(live.Replace("_live_", "_test_", StringComparison.Ordinal)).ShouldBeFalse();
    }

    [Fact]
    public void Checksum_WithALeadingZero_IsPaddedToItsWidth()
    {
        CredentialFormat.IsApiKey("sk_live_s07els07els07els07els07el0rwbqy2").ShouldBeTrue();
        CredentialFormat.IsApiKey("sk_live_s07els07els07els07els07elrwbqy20").ShouldBeFalse();
    }

    [Fact]
    public void Checksum_OfAnyCredential_IsCrc32ByItsDefinition()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var (key, secret) = (CredentialFormat.NewApiKey(test: i % 2 == 0), CredentialFormat.NewSecret(test: i % 2 == 0));
            key[^7..].ShouldBe(Text(BitByBit(key[..^7]), Base36, 7));
            secret[^6..].ShouldBe(Text(BitByBit(secret[..^6]), Base62, 6));
        }
    }

    private static string Text(uint value, string digits, int length) =>
        length == 0 ? "" : Text(value / (uint)digits.Length, digits, length - 1) + digits[(int)(value % (uint)digits.Length)];

    private static uint BitByBit(string ascii)
    {
        var crc = uint.MaxValue;
        foreach (var bit in Encoding.ASCII.GetBytes(ascii).SelectMany(value => Enumerable.Range(0, 8).Select(at => (value >> at) & 1)))
        {
            crc = ((crc ^ bit) & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }

    private static string UsedIn(string[] texts, Range random) =>
        string.Concat(texts.SelectMany(text => text[random]).Distinct().Order());

    private static IEnumerable<string> Typos(string text, string characters) =>
        from at in Enumerable.Range(0, text.Length)
        from character in characters
        where character != text[at]
        select text[..at] + character + text[(at + 1)..];

    private static IEnumerable<string> Swaps(string text) =>
        from at in Enumerable.Range(0, text.Length - 1)
        where text[at] != text[at + 1]
        select text[..at] + text[at + 1] + text[at] + text[(at + 2)..];
}

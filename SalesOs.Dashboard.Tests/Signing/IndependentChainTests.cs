using System.Security.Cryptography;
using System.Text;
using CsCheck;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Signing;

/// <summary>The chain against the platform's own HMAC, over whatever can be generated.</summary>
public class IndependentChainTests
{
    private static readonly Gen<string> AnyText = TextOf(Gen.Int[0, 60], Gen.Int[0, 0x10FFFF]);
    private static readonly Gen<string> AsciiText = TextOf(Gen.Int[0, 60], Gen.Int[0x20, 0x7E]);
    private static readonly Gen<string> LongText = TextOf(Gen.Int[900, 9_000], Gen.Frequency((4, Gen.Int[0x20, 0x7E]), (1, Gen.Int[0x80, 0x10FFFF])));

    [Fact]
    public void Chain_AnyRequest_IsThatOfThePlatform() =>
        Gen.Select(AnyText, AnyText, AsciiText, Gen.Frequency((3, AsciiText), (2, AnyText), (2, LongText)), Gen.Byte.Array[0, 2_000])
            .Sample(
                (secret, apiKey, timestamp, target, body) =>
                {
                    var k1 = new byte[32];
                    var digest = new byte[32];
                    var signature = new byte[32];
                    SignatureChain.DeriveK1(secret, apiKey, k1);
                    SignatureChain.DigestBody(body, digest);
                    SignatureChain.Sign(k1, timestamp, "POST", target, digest, signature);
                    var expected = Platform(secret, apiKey, timestamp, "POST", target, body);
                    return signature.SequenceEqual(expected)
                        && SignatureChain.Verify(k1, timestamp, "POST", target, digest, expected)
                        && !SignatureChain.Verify(k1, timestamp, "GET", target, digest, expected);
                },
                iter: 2_000);

    [Fact]
    public void Target_OfEveryLengthAroundTheStackBuffer_IsSignedWhole()
    {
        var k1 = new byte[32];
        var signature = new byte[32];
        SignatureChain.DeriveK1("s", "k", k1);
        foreach (var length in Enumerable.Range(1_000, 50).Append(4_096).Append(8_192))
        {
            foreach (var filler in "aé€")
            {
                var target = new string(filler, length);
                SignatureChain.Sign(k1, "1", "GET", target, SignatureChain.EmptyBodyDigest, signature);
                signature.ShouldBe(Platform("s", "k", "1", "GET", target, []), $"{length} times {filler}");
            }
        }
    }

    [Fact]
    public void Hmac_KeyOfEveryLengthAroundTheBlock_IsThatOfThePlatform()
    {
        var mac = new byte[32];
        for (var length = 0; length <= 200; length++)
        {
            var key = Enumerable.Range(1, length).Select(number => (byte)number).ToArray();
            Hmac.Hash(key, "message"u8, mac);
            mac.ShouldBe(HMACSHA256.HashData(key, "message"u8), $"key of {length} bytes");
        }
    }

    // The texts stand for numbers because an attribute holds UTF-8, which would mend them.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Text_OfIllFormedUtf16_IsNeverSignedAndNeverVerifies(int number)
    {
        var text = new[] { "\uD800", "/v1/\uDC00leads", "/v1/leads\uD83D" }[number];
        var k1 = new byte[32];
        var signature = new byte[32];
        // What a lenient encoder would make of it.
        var lenient = Platform("s", "k", "1", "GET", text, []);
        SignatureChain.DeriveK1("s", "k", k1);
        foreach (var target in new[] { text, text + new string('a', 2_000) })
        {
            SignatureChain.Verify(k1, "1", "GET", target, SignatureChain.EmptyBodyDigest, lenient).ShouldBeFalse();
            Should.Throw<ArgumentException>(() => SignatureChain.Sign(k1, "1", "GET", target, SignatureChain.EmptyBodyDigest, signature));
        }

        Should.Throw<ArgumentException>(() => SignatureChain.DeriveK1(text, "k", k1));
        Should.Throw<ArgumentException>(() => SignatureChain.DeriveK1("s", text, k1));
    }

    [Theory]
    [InlineData(31, 32, 32)]
    [InlineData(32, 31, 32)]
    [InlineData(32, 32, 33)]
    public void Span_OfAnotherLengthThanThirtyTwo_Throws(int k1, int digest, int signature) =>
        Should.Throw<ArgumentException>(() => SignatureChain.Sign(new byte[k1], "1", "GET", "/", new byte[digest], new byte[signature]));

    private static byte[] Platform(string secret, string apiKey, string timestamp, string method, string target, byte[] body)
    {
        var k = Encoding.UTF8.GetBytes(secret);
        foreach (var text in new[] { apiKey, timestamp, method, target, Convert.ToHexStringLower(SHA256.HashData(body)) })
        {
            k = HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(text));
        }

        return k;
    }

    private static Gen<string> TextOf(Gen<int> length, Gen<int> codes) =>
        codes.Where(Rune.IsValid).Array[length].Select(runes => string.Concat(runes.Select(code => new Rune(code).ToString())));
}

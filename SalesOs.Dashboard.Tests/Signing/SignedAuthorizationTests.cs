using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Signing;

public class SignedAuthorizationTests
{
    [Fact]
    public void MalformedHeaders_Counted_CoverMoreThanTwoHundredShapes()
    {
        MalformedHeaders.ByShape.Count.ShouldBeGreaterThan(200);
        SignedAuthorization.TryParse(MalformedHeaders.Good, out _).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(MalformedHeaders.Names), MemberType = typeof(MalformedHeaders))]
    public void Header_OfForbiddenShape_IsRefused(string shape)
    {
        SignedAuthorization.TryParse(MalformedHeaders.ByShape[shape], out var parsed).ShouldBeFalse();
        parsed.ShouldBe(default);
    }

    [Fact]
    public void Header_AnyCharacterReplacedByAny_NeverThrows()
    {
        var good = MalformedHeaders.Good;
        var characters = Enumerable.Range(0, 0x180).Append(0x0660).Append(0xD800).Append(0xDC00).Append(0xFF10).Append(0xFFFF).Select(code => (char)code).ToArray();
        for (var at = 0; at < good.Length; at++)
        {
            foreach (var character in characters)
            {
                var header = good[..at] + character + good[(at + 1)..];
                // Digits of the timestamp and of the signature may be others; everywhere else each character is the only one.
                var mayParse = at switch
                {
                    >= 53 and < 63 => char.IsAsciiDigit(character),
                    >= 64 => char.IsAsciiHexDigitLower(character),
                    _ => character == good[at],
                };
                SignedAuthorization.TryParse(header, out _).ShouldBe(mayParse, $"character {at} as U+{(int)character:X4}");
            }
        }
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("01750000977", 1750000977)]
    [InlineData("000000001750000977", 1750000977)]
    [InlineData("999999999999999999", 999999999999999999)]
    public void Timestamp_OfOneToEighteenDigits_IsTakenAsItCame(string text, long seconds)
    {
        var known = Vector.All[1];
        SignedAuthorization.TryParse($"P2S-SIGN-V1 {known.ApiKey}:{text}:{known.Signature}", out var parsed).ShouldBeTrue();
        parsed.Timestamp.ToString().ShouldBe(text);
        parsed.TimestampSeconds.ShouldBe(seconds);
    }

    [Fact]
    public void Timestamp_SpelledOtherwise_NeedsASignatureOfItsOwn()
    {
        var known = Vector.All[1];
        var respelled = known.Authorization.Replace(known.Timestamp, "0" + known.Timestamp, StringComparison.Ordinal);
        (SignedRequest.Of(known) with { Header = respelled }).IsAccepted().ShouldBeFalse();
    }

    [Fact]
    public void CopySignatureTo_Parsed_GivesTheRawBytes()
    {
        var known = Vector.All[1];
        SignedAuthorization.TryParse(known.Authorization, out var parsed).ShouldBeTrue();
        Span<byte> signature = stackalloc byte[40];
        parsed.CopySignatureTo(signature);
        Convert.ToHexStringLower(signature[..32]).ShouldBe(known.Signature);
    }

    [Fact]
    public void CopySignatureTo_NotParsedOrNoRoom_Throws()
    {
        Should.Throw<ArgumentException>(() => default(SignedAuthorization).CopySignatureTo(new byte[32]));
        Should.Throw<ArgumentException>(() =>
        {
            SignedAuthorization.TryParse(MalformedHeaders.Good, out var parsed).ShouldBeTrue();
            parsed.CopySignatureTo(new byte[31]);
        });
    }
}

using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Signing;

/// <summary>Every single bit of every part, one at a time: 16 bits to a character, since that is what a parser is handed.</summary>
public class TamperedRequestTests
{
    // A PATCH with query characters and 256 bytes of body: each part is there to be tampered with.
    private static readonly SignedRequest Good = SignedRequest.Of(Vector.All.First(known => known is { Method: "PATCH", Body.Length: 256 }));

    [Fact]
    public void Request_Untouched_IsAccepted() => Good.IsAccepted().ShouldBeTrue();

    [Fact]
    public void Header_AnyBitFlipped_IsRefused() =>
        Flips(Good.Header).Where(header => (Good with { Header = header }).IsAccepted()).ShouldBeEmpty();

    [Fact]
    public void Method_AnyBitFlipped_IsRefused() =>
        Flips(Good.Method).Where(method => (Good with { Method = method }).IsAccepted()).ShouldBeEmpty();

    [Fact]
    public void Target_AnyBitFlipped_IsRefused() =>
        Flips(Good.Target).Where(target => (Good with { Target = target }).IsAccepted()).ShouldBeEmpty();

    [Fact]
    public void Body_AnyBitFlipped_IsRefused() =>
        Flips(Good.Body).Where(body => (Good with { Body = body }).IsAccepted()).ShouldBeEmpty();

    [Fact]
    public void K1_AnyBitFlipped_IsRefused() =>
        Flips(Good.K1).Where(k1 => (Good with { K1 = k1 }).IsAccepted()).ShouldBeEmpty();

    [Fact]
    public void Signature_AnyBitFlipped_DoesNotVerify()
    {
        var known = Vector.All[1];
        var digest = Convert.FromHexString(known.PayloadSha256);
        var right = Convert.FromHexString(known.Signature);
        Verify(right).ShouldBeTrue();
        Flips(right).Where(Verify).ShouldBeEmpty();

        bool Verify(byte[] signature) =>
            SignatureChain.Verify(Convert.FromHexString(known.K1), known.Timestamp, known.Method, known.Target, digest, signature);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void Signature_OfAnotherLength_DoesNotVerify(int length)
    {
        var known = Vector.All[1];
        var signature = new byte[length];
        Convert.FromHexString(known.Signature).AsSpan(0, Math.Min(length, 32)).CopyTo(signature);
        SignatureChain.Verify(
            Convert.FromHexString(known.K1), known.Timestamp, known.Method, known.Target, Convert.FromHexString(known.PayloadSha256), signature)
            .ShouldBeFalse();
    }

    [Fact]
    public void Request_PartsMovedAcrossABoundary_IsRefused()
    {
        (Good with { Method = Good.Method + Good.Target[0], Target = Good.Target[1..] }).IsAccepted().ShouldBeFalse();
        (Good with { Target = Good.Target + "?" }).IsAccepted().ShouldBeFalse();
        (Good with { Target = Good.Target[..^1] }).IsAccepted().ShouldBeFalse();
        (Good with { Body = [.. Good.Body, 0] }).IsAccepted().ShouldBeFalse();
        (Good with { Body = Good.Body[..^1] }).IsAccepted().ShouldBeFalse();
    }

    private static IEnumerable<string> Flips(string text) =>
        from at in Enumerable.Range(0, text.Length)
        from bit in Enumerable.Range(0, 16)
        select text[..at] + (char)(text[at] ^ (1 << bit)) + text[(at + 1)..];

    private static IEnumerable<byte[]> Flips(byte[] bytes) =>
        from at in Enumerable.Range(0, bytes.Length)
        from bit in Enumerable.Range(0, 8)
        select (byte[])[.. bytes[..at], (byte)(bytes[at] ^ (1 << bit)), .. bytes[(at + 1)..]];
}

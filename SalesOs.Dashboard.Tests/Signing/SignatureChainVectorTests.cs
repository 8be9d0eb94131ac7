using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Signing;

public class SignatureChainVectorTests
{
    [Fact]
    public void Vectors_Read_AreAllThirtyTwo() => Vector.All.Count.ShouldBe(32);

    [Theory]
    [MemberData(nameof(Vector.Numbers), MemberType = typeof(Vector))]
    public void Chain_KnownRequest_GivesTheKnownAnswerAtEveryStep(int number)
    {
        var known = Vector.All[number];
        Span<byte> k = stackalloc byte[SignatureChain.DigestSize];
        Span<byte> digest = stackalloc byte[SignatureChain.DigestSize];

        SignatureChain.DeriveK1(known.Secret, known.ApiKey, k);
        Convert.ToHexStringLower(k).ShouldBe(known.K1);
        SignatureChain.Step(k, known.Timestamp, k);
        Convert.ToHexStringLower(k).ShouldBe(known.K2);
        SignatureChain.Step(k, known.Method, k);
        Convert.ToHexStringLower(k).ShouldBe(known.K3);
        SignatureChain.Step(k, known.Target, k);
        Convert.ToHexStringLower(k).ShouldBe(known.K4);
        SignatureChain.DigestBody(known.Body, digest);
        Convert.ToHexStringLower(digest).ShouldBe(known.PayloadSha256);
        SignatureChain.LastStep(k, digest, k);
        Convert.ToHexStringLower(k).ShouldBe(known.Signature);
    }

    [Theory]
    [MemberData(nameof(Vector.Numbers), MemberType = typeof(Vector))]
    public void RequestSigner_KnownRequest_GivesTheKnownHeader(int number)
    {
        var known = Vector.All[number];
        RequestSigner.Authorization(known.ApiKey, known.Secret, known.Timestamp, known.Method, known.Target, known.Body).ShouldBe(known.Authorization);
        RequestSigner.Authorization(known.ApiKey, known.Secret, long.Parse(known.Timestamp), known.Method, known.Target, known.Body)
            .ShouldBe(known.Authorization);
    }

    [Theory]
    [MemberData(nameof(Vector.Numbers), MemberType = typeof(Vector))]
    public void Header_KnownRequest_ParsesAndVerifies(int number)
    {
        var known = Vector.All[number];
        SignedAuthorization.TryParse(known.Authorization, out var parsed).ShouldBeTrue();
        parsed.ApiKey.ToString().ShouldBe(known.ApiKey);
        parsed.Timestamp.ToString().ShouldBe(known.Timestamp);
        parsed.TimestampSeconds.ShouldBe(long.Parse(known.Timestamp));
        parsed.Signature.ToString().ShouldBe(known.Signature);

        SignedRequest.Of(known).IsAccepted().ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Vector.Numbers), MemberType = typeof(Vector))]
    public void Credentials_OfKnownRequest_HoldTheirChecksum(int number)
    {
        CredentialFormat.IsApiKey(Vector.All[number].ApiKey).ShouldBeTrue();
        CredentialFormat.IsSecret(Vector.All[number].Secret).ShouldBeTrue();
    }

    [Fact]
    public void EmptyBodyDigest_Always_IsTheDigestOfTheEmptyString()
    {
        Span<byte> digest = stackalloc byte[SignatureChain.DigestSize];
        SignatureChain.DigestBody([], digest);
        digest.SequenceEqual(SignatureChain.EmptyBodyDigest).ShouldBeTrue();
        Convert.ToHexStringLower(digest).ShouldBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    [Fact]
    public void Chain_UsedFromManyThreads_StaysRight() =>
        Parallel.For(0, 2_000, turn => SignedRequest.Of(Vector.All[turn % Vector.All.Count]).IsAccepted().ShouldBeTrue());
}

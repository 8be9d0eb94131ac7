using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Tests.Signing;

public class SigningAllocationTests
{
    private const int Calls = 1_000;

    [Theory]
    [InlineData(30)]
    [InlineData(256)]
    [InlineData(1_024)]
    [InlineData(8_000)]
    public void ParseAndVerify_Warm_AllocatesNothing(int targetLength)
    {
        var apiKey = CredentialFormat.NewApiKey(test: true);
        var secret = CredentialFormat.NewSecret(test: true);
        var target = "/".PadRight(targetLength, 'a');
        var body = new byte[512];
        var k1 = new byte[SignatureChain.DigestSize];
        SignatureChain.DeriveK1(secret, apiKey, k1);
        var request = new SignedRequest(RequestSigner.Authorization(apiKey, secret, 1750000000, "POST", target, body), "POST", target, body, apiKey, k1);

        Accepted(request).ShouldBe(Calls);
        var accepted = 0;
        Allocations.Of(() => accepted = Accepted(request)).ShouldBe(0);
        accepted.ShouldBe(Calls);
    }

    [Fact]
    public void Parse_OfARefusedHeader_AllocatesNothing()
    {
        var headers = MalformedHeaders.ByShape.Values.ToArray();
        Parsed(headers).ShouldBe(0);
        Allocations.Of(() => Parsed(headers)).ShouldBe(0);
    }

    private static int Accepted(SignedRequest request)
    {
        var accepted = 0;
        for (var call = 0; call < Calls; call++)
        {
            accepted += request.IsAccepted() ? 1 : 0;
        }

        return accepted;
    }

    private static int Parsed(string[] headers)
    {
        var parsed = 0;
        foreach (var header in headers)
        {
            parsed += SignedAuthorization.TryParse(header, out _) ? 1 : 0;
        }

        return parsed;
    }
}

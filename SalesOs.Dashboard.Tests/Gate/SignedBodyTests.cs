using System.Text;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Check 3: the body is read whole up to the limit, however it is framed, and hashed as raw bytes.</summary>
public sealed class SignedBodyTests(OpenGate gate) : IClassFixture<OpenGate>
{
    [Theory]
    [InlineData(0)]
    [InlineData(64 * 1024)]
    public async Task Body_OfExactlyTheLimit_IsLetIn(int chunkSize)
    {
        var key = await gate.MakeAsync();
        var request = gate.Signed(key, "POST", "/v1/leads", LeadOf(OpenGate.MiB)).With("Content-Type: application/json");

        var answer = await gate.SendAsync(request with { ChunkSize = chunkSize });

        answer.Status.ShouldBe(201, answer.Body);
        (await gate.VerdictsAsync(key))[Verdict.LetIn].ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64 * 1024)]
    public async Task Body_OneByteOverTheLimit_Is413(int chunkSize)
    {
        var key = await gate.MakeAsync();
        var request = gate.Signed(key, "POST", "/v1/leads", LeadOf(OpenGate.MiB + 1)).With("Content-Type: application/json");

        var answer = await gate.SendAsync(request with { ChunkSize = chunkSize });

        answer.Status.ShouldBe(413);
        answer.Code.ShouldBe("PAYLOAD_TOO_LARGE");
        answer["X-RateLimit-Limit"].ShouldBeNull();
        (await gate.VerdictsAsync(key)).ShouldBe(new Dictionary<Verdict, long> { [Verdict.BodyTooLarge] = 1 });
    }

    [Theory]
    [InlineData("1048577")]
    [InlineData("30000001")]
    [InlineData("9223372036854775807")]
    public async Task ContentLength_OverTheLimit_Is413BeforeTheBodyComes(string length)
    {
        var request = gate.Signed(await gate.MakeAsync(), "POST", "/v1/leads").With($"Content-Length: {length}", "Expect: 100-continue");

        (await gate.SendAsync(request)).Status.ShouldBe(413);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Body_InChunks_HasTheSignatureOfTheWhole(int chunkSize)
    {
        var request = gate.SignedLead(await gate.MakeAsync());

        var whole = await gate.SendAsync(request);
        var chunked = await gate.SendAsync(request with { ChunkSize = chunkSize });

        whole.Status.ShouldBe(201);
        chunked.Status.ShouldBe(201);
        chunked.Json.GetProperty("data").GetProperty("name").GetString().ShouldBe("Rui");
    }

    [Theory]
    [InlineData("""{"name":"Rui","phone":"2"}""")]
    [InlineData("""{"name":"Rui","phone":"1"} """)]
    [InlineData("""{"name":"Rui", "phone":"1"}""")]
    [InlineData("")]
    public async Task Body_ChangedAfterSigning_Is401(string sent)
    {
        var request = gate.SignedLead(await gate.MakeAsync());

        (await gate.SendAsync(request with { Body = Encoding.UTF8.GetBytes(sent) })).Status.ShouldBe(401);
    }

    private static byte[] LeadOf(int length)
    {
        const string Head = """{"name":"Rui","phone":"1"}""";
        return Encoding.ASCII.GetBytes(Head.PadRight(length));
    }
}

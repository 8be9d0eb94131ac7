using System.Globalization;
using System.Text;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.Usage;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>
/// The usual mistakes, each made by a client of the test's own against the running program: the answer tells nothing but a request id, and with it the owner
/// finds what was wrong.
/// </summary>
public sealed class SigningMistakeTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private const string Spaced = """{ "name": "Rui", "phone": "1" }""";
    private const string Minified = """{"name":"Rui","phone":"1"}""";

    [Theory]
    [InlineData("GET", "/v1/leads?page=2", "", "GET", "/v1/leads", "", Culprit.QueryLeftOut, "query was left out of PATH")]
    [InlineData("GET", "/v1/leads/a%20b", "", "GET", "/v1/leads/a b", "", Culprit.DecodedPath, "PATH was decoded")]
    [InlineData("GET", "/v1/leads?search=%C3%A3", "", "GET", "/v1/leads?search=ã", "", Culprit.DecodedPath, "PATH was decoded")]
    [InlineData("POST", "/v1/leads", Spaced, "post", "/v1/leads", Spaced, Culprit.LowerCaseMethod, "METHOD was signed in lower case")]
    [InlineData("POST", "/v1/leads", Spaced, "POST", "/v1/leads", "", Culprit.EmptyBodyDigest, "digest of an empty body")]
    [InlineData("POST", "/v1/leads", Spaced, "POST", "/v1/leads", Minified, Culprit.MinifiedBody, "without its white space")]
    public async Task Signer_WhoSignedAnotherRequest_IsToldWhatWasWrong(
        string method, string target, string body, string signedMethod, string signedTarget, string signedBody, Culprit culprit, string words)
    {
        var key = await gate.MakeAsync();
        var signature = UsedKey.Sign(key, Seconds, signedMethod, signedTarget, signedBody);

        await ShouldBeToldAsync(key, method, target, body, Seconds, signature, culprit, words);
    }

    [Fact]
    public async Task Signer_WithHexBetweenTheSteps_IsToldSo()
    {
        var key = await gate.MakeAsync();
        var signature = UsedKey.Sign(key, Seconds, "POST", "/v1/leads", Spaced, hexBetween: true);

        await ShouldBeToldAsync(key, "POST", "/v1/leads", Spaced, Seconds, signature, Culprit.HexBetweenSteps, "raw bytes");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Signer_WithMilliseconds_IsToldSo(bool sent)
    {
        var key = await gate.MakeAsync();
        var milliseconds = Seconds + "417";

        await ShouldBeToldAsync(
            key, "GET", "/v1/whoami", "", sent ? milliseconds : Seconds, UsedKey.Sign(key, milliseconds, "GET", "/v1/whoami", ""), Culprit.MillisecondTimestamp, "milliseconds");
    }

    [Fact]
    public async Task Method_SentInLowerCase_IsToldToTheCallerAndToTheOwner()
    {
        var key = await gate.MakeAsync();

        var answer = await gate.SendAsync(gate.Signed(key, "get"));

        answer.Status.ShouldBe(400);
        answer.Json.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("upper-case method");
        RejectionWords.Of(await gate.RejectionAsync(answer)).ShouldContain("the method must be in upper case");
    }

    private string Seconds => gate.Seconds.ToString(CultureInfo.InvariantCulture);

    private async Task ShouldBeToldAsync(CreatedKey key, string method, string target, string body, string timestamp, string signature, Culprit culprit, string words)
    {
        var request = new RawRequest(method, target) { Body = Encoding.UTF8.GetBytes(body) }
            .With($"Authorization: P2S-SIGN-V1 {key.ApiKey}:{timestamp}:{signature}", "Content-Type: application/json");

        var answer = await gate.SendAsync(request);

        answer.Status.ShouldBe(401, answer.Body);
        answer.Json.GetProperty("error").GetProperty("message").GetString().ShouldBe("Invalid or expired API key or signature");
        var told = await gate.RejectionAsync(answer);
        told.Culprit.ShouldBe(culprit);
        told.KeyId.ShouldBe(key.Key.Id);
        told.Proven.ShouldBeFalse();
        RejectionWords.Of(told).ShouldContain(words);
    }
}

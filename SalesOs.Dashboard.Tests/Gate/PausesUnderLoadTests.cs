using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>
/// While clients call without a break: no request that begins after the answer to a pause is let in, and none that begins after the answer to resuming is refused.
/// </summary>
public class PausesUnderLoadTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private const int Clients = 4;

    [Fact]
    [Trait("Speed", "Slow")]
    public Task PausedAndResumed_UnderLoad_EachActsBeforeItsAnswer() => RunAsync(120);

    [Fact]
    [Trait("Speed", "Long")]
    public Task PausedAndResumed_AThousandTimesUnderLoad_EachActsBeforeItsAnswer() => RunAsync(1000);

    private async Task RunAsync(int rounds)
    {
        var key = await gate.MakeAsync(new NewKey("paused", RateLimit: 1_000_000));
        var pauses = gate.Dashboard.Services.GetRequiredService<KeyPauses>();
        var clients = new PauseRounds(
            client => CallAsync(client, key),
            round => pauses.PauseAsync(key.Key.Id, new KeyPause { Reason = $"round {round}" }, ifVersions: null, KeyHouse.Admin()),
            _ => pauses.ResumeAsync(key.Key.Id, ifVersions: null, KeyHouse.Admin()));
        await clients.RunAsync(rounds, [.. Enumerable.Range(0, Clients).Select(_ => gate.Dashboard.NewClient())], [gate.Dashboard.NewClient()]);
    }

    private async Task<HttpStatusCode> CallAsync(HttpClient client, CreatedKey key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, gate.Seconds, "GET", "/v1/whoami", []));
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}

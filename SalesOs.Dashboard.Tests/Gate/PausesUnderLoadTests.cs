using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>
/// While clients call without a break: no request that begins after the answer to a pause is let in, and none that begins after the answer to resuming is refused.
/// </summary>
public sealed class PausesUnderLoadTests(OpenGate gate) : IClassFixture<OpenGate>
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
        // Rises before and after each act: 4n is resumed, 4n + 1 being paused, 4n + 2 paused, 4n + 3 being resumed.
        var stage = 0;
        var judged = new int[(4 * rounds) + 1];
        var wrong = 0;
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            using var client = gate.Dashboard.NewClient();
            while (!over.IsCancellationRequested)
            {
                var began = Volatile.Read(ref stage);
                var status = await CallAsync(client, key);
                if (began == Volatile.Read(ref stage) && began % 2 == 0)
                {
                    Interlocked.Add(ref wrong, status == (began % 4 == 0 ? HttpStatusCode.OK : HttpStatusCode.Forbidden) ? 0 : 1);
                    Interlocked.Increment(ref judged[began]);
                }
            }
        })).ToList();

        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await ActAsync(() => pauses.PauseAsync(key.Key.Id, new KeyPause { Reason = $"round {round}" }, ifVersions: null, KeyHouse.Admin()));
                await ActAsync(() => pauses.ResumeAsync(key.Key.Id, ifVersions: null, KeyHouse.Admin()));
            }
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(clients);
        wrong.ShouldBe(0);
        judged.Where((_, reached) => reached > 0 && reached % 2 == 0).ShouldAllBe(count => count > 0, "every stage was called in");

        async Task ActAsync(Func<Task<Result<ApiKeyView>>> act)
        {
            Interlocked.Increment(ref stage);
            (await act()).Done.ShouldBeTrue();
            var reached = Interlocked.Increment(ref stage);
            // The first to begin after the answer is judged, and so is one of each client's.
            using var next = gate.Dashboard.NewClient();
            (await CallAsync(next, key)).ShouldBe(reached % 4 == 0 ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
            while (Volatile.Read(ref judged[reached]) == 0 && !clients.Any(c => c.IsFaulted))
            {
                await Task.Yield();
            }
        }
    }

    private async Task<HttpStatusCode> CallAsync(HttpClient client, CreatedKey key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, gate.Seconds, "GET", "/v1/whoami", []));
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}

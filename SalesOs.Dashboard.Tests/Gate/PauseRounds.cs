using System.Net;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>
/// Pauses and resumes one key while clients call without a break: no request that begins after the answer to a pause is let in, and none that begins after the answer to
/// resuming is refused.
/// </summary>
/// <param name="call">A signed call of the key by one of the clients.</param>
/// <param name="pause">Pauses it, in the round that is given.</param>
/// <param name="resume">Resumes it, in the round that is given.</param>
internal sealed class PauseRounds(Func<HttpClient, Task<HttpStatusCode>> call, Func<int, Task<Result<ApiKeyView>>> pause, Func<int, Task<Result<ApiKeyView>>> resume)
{
    /// <summary>Rises before and after each act: 4n is resumed, 4n + 1 being paused, 4n + 2 paused, 4n + 3 being resumed.</summary>
    private int stage;

    private int wrong;

    /// <param name="callers">Each calls without a break.</param>
    /// <param name="next">Each makes one call at once after each answer.</param>
    public async Task RunAsync(int rounds, IReadOnlyList<HttpClient> callers, IReadOnlyList<HttpClient> next)
    {
        var judged = new int[(4 * rounds) + 1];
        using var over = new CancellationTokenSource();
        var clients = callers.Select(client => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                var began = Volatile.Read(ref stage);
                var status = await call(client);
                if (began == Volatile.Read(ref stage) && began % 2 == 0)
                {
                    Interlocked.Add(ref wrong, status == Expected(began) ? 0 : 1);
                    Interlocked.Increment(ref judged[began]);
                }
            }
        })).ToList();

        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await ActAsync(() => pause(round));
                await ActAsync(() => resume(round));
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
            // The first to begin after the answer is judged, and so is one of the callers'.
            (await Task.WhenAll(next.Select(call))).ShouldAllBe(status => status == Expected(reached));
            while (Volatile.Read(ref judged[reached]) == 0 && !clients.Any(c => c.IsFaulted))
            {
                await Task.Yield();
            }
        }
    }

    private static HttpStatusCode Expected(int stage) => stage % 4 == 0 ? HttpStatusCode.OK : HttpStatusCode.Forbidden;
}

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>
/// While clients call without a break with the old keys of rotations: once an end is recorded, no request that begins is let in; and where somebody still calls at the latest moment, nothing is revoked.
/// </summary>
public class RotationEndsUnderLoadTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private const int Clients = 4;

    [Fact]
    [Trait("Speed", "Slow")]
    public Task Ends_UnderLoad_LetNothingInAfterwardsAndHoldWhereSomebodyCalls() => RunAsync(60);

    [Fact]
    [Trait("Speed", "Long")]
    public Task Ends_AThousandUnderLoad_LetNothingInAfterwardsAndHoldWhereSomebodyCalls() => RunAsync(1000);

    private async Task RunAsync(int rounds)
    {
        var (ends, rotations) = (gate.Dashboard.Services.GetRequiredService<RotationEnds>(), gate.Dashboard.Services.GetRequiredService<RotationQuery>());
        var round = await RotateAsync(0);
        // Even: the key of the round is judged by what it is to be; odd: it changes.
        var stage = 0;
        var (wrong, judged) = (0, 0);
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            using var client = gate.Dashboard.NewClient();
            while (!over.IsCancellationRequested)
            {
                var began = Volatile.Read(ref stage);
                var (key, expected) = (round.Old, round.Expected);
                var status = await CallAsync(client, key);
                if (began % 2 == 0 && began == Volatile.Read(ref stage))
                {
                    Interlocked.Add(ref wrong, status == expected ? 0 : 1);
                    Interlocked.Increment(ref judged);
                }
            }
        })).ToList();

        var (ended, held) = (0, 0);
        for (var i = 0; i < rounds; i++)
        {
            await UntilJudgedAsync();
            Interlocked.Increment(ref stage);
            if (round.IsHeld)
            {
                // Silence is told by what was counted: this one was let in for certain.
                using var caller = gate.Dashboard.NewClient();
                (await CallAsync(caller, round.Old)).ShouldBe(HttpStatusCode.OK);
            }

            gate.Clock.Advance(TimeSpan.FromSeconds(2));
            await ends.EndDueAsync();
            round = round with { Expected = round.IsHeld ? HttpStatusCode.OK : HttpStatusCode.Unauthorized };
            Interlocked.Increment(ref stage);
            using var next = gate.Dashboard.NewClient();
            (await CallAsync(next, round.Old)).ShouldBe(round.Expected);
            await UntilJudgedAsync();
            var state = (await rotations.OfAsync(round.Old.Key.Id, KeyHouse.Auditor())).Value!.State;
            state.ShouldBe(round.IsHeld ? RotationState.Held : RotationState.Ended);
            (ended, held) = round.IsHeld ? (ended, held + 1) : (ended + 1, held);
            Interlocked.Increment(ref stage);
            round = await RotateAsync(i + 1);
            Interlocked.Increment(ref stage);
        }

        await over.CancelAsync();
        await Task.WhenAll(clients);
        wrong.ShouldBe(0);
        (ended + held, held).ShouldBe((rounds, rounds / 4));
        TestContext.Current.TestOutputHelper?.WriteLine($"{ended} ended, {held} held, {judged} requests judged, {wrong} wrong");

        async Task UntilJudgedAsync()
        {
            var before = Volatile.Read(ref judged);
            while (Volatile.Read(ref judged) < before + Clients && !clients.Any(c => c.IsFaulted))
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Three of four end at their time; of the fourth somebody is still there at its latest.</summary>
    private async Task<Round> RotateAsync(int number)
    {
        var old = await gate.MakeAsync(new NewKey($"rotated {number}", RateLimit: 1_000_000));
        var isHeld = number % 4 == 3;
        var at = gate.Clock.GetUtcNow().AddSeconds(1);
        var rotated = await gate.Keys.RotateAsync(
            old.Key.Id, KeyHouse.Admin(), new KeyRotation { Overlap = isHeld ? new RotationOverlap { QuietCycles = 1, Latest = at } : new RotationOverlap { Until = at } });
        rotated.Done.ShouldBeTrue();
        return new Round(old, isHeld, HttpStatusCode.OK);
    }

    private async Task<HttpStatusCode> CallAsync(HttpClient client, CreatedKey key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, gate.Seconds, "GET", "/v1/whoami", []));
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private sealed record Round(CreatedKey Old, bool IsHeld, HttpStatusCode Expected);
}

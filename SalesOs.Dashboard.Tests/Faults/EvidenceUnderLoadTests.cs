using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Gate;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>
/// Rotations that end on evidence, while clients call without a break and come back with old keys at the last moment: where somebody is still there the rotation is held, and
/// once one has ended no request that begins is let in.
/// </summary>
[Trait("Speed", "Long")]
public class EvidenceUnderLoadTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private const int Clients = 4;

    private static readonly int Ends = FaultRun.Number("FAULTS_ENDS", FaultRun.Full ? 1000 : 50);
    private static readonly int AtOnce = FaultRun.Full ? 300 : 100;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private int judged;
    private int wrong;

    [Fact]
    public async Task Ends_OnEvidenceUnderLoad_LetNothingInAfterwardsAndHoldWhereSomebodyIsThere()
    {
        var ends = gate.Dashboard.Services.GetRequiredService<RotationEnds>();
        // The test alone has it come round, so that who was there before an end is certain.
        await ends.StopAsync(CancellationToken.None);
        var (ended, held, late) = (0, 0, 0);
        while (ended < Ends)
        {
            var keys = await RotateAsync();
            await FallSilentAsync(keys, ends);
            await EndUnderLoadAsync(keys, ends);
            foreach (var key in keys)
            {
                var state = await StateAsync(key);
                state.ShouldBeOneOf(RotationState.Ended, RotationState.Held);
                (await SendAsync(gate.Dashboard.Client, key.Old)).ShouldBe(state == RotationState.Ended ? HttpStatusCode.Unauthorized : HttpStatusCode.OK);
                (state == RotationState.Ended && key.WasThere).ShouldBeFalse("somebody had called before the end was judged");
                (state == RotationState.Held && key.LetIn == 0).ShouldBeFalse("nobody was there");
                (ended, held) = state == RotationState.Ended ? (ended + 1, held) : (ended, held + 1);
                late += state == RotationState.Ended && key.LetIn > 0 ? 1 : 0;
            }
        }

        wrong.ShouldBe(0);
        held.ShouldBeGreaterThan(Ends / 4);
        (await CountAsync(AuditActions.KeyRevoked), await CountAsync(AuditActions.RotationHeld)).ShouldBe((ended, held));
        FaultRun.Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"{ended} rotations ended on evidence and {held} held, under load: {judged} requests judged, {wrong} wrong; none that began after an end was let in, none was held without a caller; {late} ended in the moment in which somebody came back"));
    }

    /// <summary>All that are due are ended or held, while clients call without a break, and for a while afterwards.</summary>
    private async Task EndUnderLoadAsync(RotatedKey[] keys, RotationEnds ends)
    {
        var busy = await gate.MakeAsync(new NewKey("busy", RateLimit: 1_000_000));
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(() => CallAsync(new Random(FaultRun.Seed + client), keys, busy, over.Token))).ToList();
        try
        {
            await UntilJudgedAsync(Clients, clients);
            await ends.EndDueAsync();
            foreach (var key in keys)
            {
                key.IsOver = true;
            }

            await UntilJudgedAsync(2 * AtOnce, clients);
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(clients);
    }

    /// <summary>Old keys that were used once, with successors that are in use by the same program.</summary>
    private async Task<RotatedKey[]> RotateAsync()
    {
        var hour = DateTimeOffset.FromUnixTimeSeconds(gate.Seconds / 3600 * 3600);
        // What is known for less than 35 days is waited for for 7 days from the end of the hour of its latest call.
        var drained = hour + Hour + TimeSpan.FromDays(7);
        var all = new RotatedKey[AtOnce];
        for (var i = 0; i < all.Length; i++)
        {
            var old = await gate.MakeAsync(new NewKey($"rotated {i}", RateLimit: 1_000_000));
            (await SendAsync(gate.Dashboard.Client, old)).ShouldBe(HttpStatusCode.OK);
            var rotated = await gate.Keys.RotateAsync(old.Key.Id, KeyHouse.Admin(), new KeyRotation { Overlap = new RotationOverlap { QuietCycles = 1, Latest = drained.AddMinutes(30) } });
            (await SendAsync(gate.Dashboard.Client, rotated.Value!)).ShouldBe(HttpStatusCode.OK);
            all[i] = new RotatedKey(old, drained);
        }

        return all;
    }

    /// <summary>Seven days pass; then one of eight is called just before the old keys count as drained, and one of eight just after, before anything is ended.</summary>
    private async Task FallSilentAsync(RotatedKey[] all, RotationEnds ends)
    {
        var drained = all[0].Drained;
        while (drained - gate.Clock.GetUtcNow() > Hour)
        {
            GoOn(Hour);
            await ends.EndDueAsync();
        }

        GoOn(drained.AddMinutes(-10) - gate.Clock.GetUtcNow());
        await ends.EndDueAsync();
        await ComeBackAsync(all, 0);
        GoOn(TimeSpan.FromMinutes(40));
        await ComeBackAsync(all, 4);
    }

    /// <summary>Without the timers, of which an hour has thousands.</summary>
    private void GoOn(TimeSpan time) => gate.Clock.AdjustTime(gate.Clock.GetUtcNow() + time);

    private async Task ComeBackAsync(RotatedKey[] all, int which)
    {
        for (var i = which; i < all.Length; i += 8)
        {
            (await SendAsync(gate.Dashboard.Client, all[i].Old)).ShouldBe(HttpStatusCode.OK, "nothing has ended yet");
            Interlocked.Increment(ref all[i].LetIn);
            all[i].WasThere = true;
        }
    }

    private async Task CallAsync(Random random, RotatedKey[] keys, CreatedKey busy, CancellationToken over)
    {
        var ring = gate.Dashboard.Services.GetRequiredService<KeyRing>();
        using var client = gate.Dashboard.NewClient();
        while (!over.IsCancellationRequested)
        {
            var key = keys[random.Next(keys.Length)];
            // Seldom one that might end now, so that most of them stay silent.
            if (!key.IsOver && random.Next(150) > 0)
            {
                Judge(await SendAsync(client, busy) == HttpStatusCode.OK);
                continue;
            }

            var mustBeRefused = key.IsRefused || ring.Find(key.Old.ApiKey)!.Revoked;
            if (await SendAsync(client, key.Old) == HttpStatusCode.OK)
            {
                Interlocked.Increment(ref key.LetIn);
                Judge(!mustBeRefused);
            }
            else
            {
                Judge(ring.Find(key.Old.ApiKey)!.Revoked);
                key.IsRefused = true;
            }
        }
    }

    private void Judge(bool isRight)
    {
        Interlocked.Add(ref wrong, isRight ? 0 : 1);
        Interlocked.Increment(ref judged);
    }

    private async Task UntilJudgedAsync(int more, IReadOnlyList<Task> clients)
    {
        var until = Volatile.Read(ref judged) + more;
        while (Volatile.Read(ref judged) < until && !clients.Any(c => c.IsFaulted))
        {
            await Task.Yield();
        }
    }

    private async Task<RotationState> StateAsync(RotatedKey key) =>
        (await gate.Dashboard.Services.GetRequiredService<RotationQuery>().OfAsync(key.Old.Key.Id, KeyHouse.Auditor())).Value!.State;

    private async Task<long> CountAsync(string action) =>
        (await gate.Dashboard.Services.GetRequiredService<AuditQueries>().ListAsync(new AuditFilter(Action: action), KeyHouse.Auditor())).Value!.Total;

    private async Task<HttpStatusCode> SendAsync(HttpClient client, CreatedKey key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
        request.Headers.TryAddWithoutValidation("User-Agent", "erp/1");
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, gate.Seconds, "GET", "/v1/whoami", []));
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    /// <param name="drained">From when on nobody is expected with it any more.</param>
    private sealed class RotatedKey(CreatedKey old, DateTimeOffset drained)
    {
        /// <summary>Since it fell silent.</summary>
        public int LetIn;

        private volatile bool isOver;
        private volatile bool isRefused;

        public CreatedKey Old => old;

        public DateTimeOffset Drained => drained;

        /// <summary>Somebody was let in before its end was judged.</summary>
        public bool WasThere { get; set; }

        /// <summary>It was judged.</summary>
        public bool IsOver
        {
            get => isOver;
            set => isOver = value;
        }

        /// <summary>Somebody was refused.</summary>
        public bool IsRefused
        {
            get => isRefused;
            set => isRefused = value;
        }
    }
}

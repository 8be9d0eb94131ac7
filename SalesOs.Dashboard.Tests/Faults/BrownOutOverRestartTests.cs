using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>
/// Callers without a break on a key with two brown-outs; the program is stopped in each and started again, in the first before its end and in the second after it. Both keep to
/// the clock's minute, and who noticed is the callers' own list.
/// </summary>
[Trait("Speed", "Long")]
public class BrownOutOverRestartTests : IAsyncDisposable
{
    private const int Callers = 8;
    private const int Minutes = 15;

    private static readonly int Requests = FaultRun.Number("FAULTS_REQUESTS", FaultRun.Full ? 100_000 : 2_000);
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset[] Begins = [Noon.AddHours(1), Noon.AddHours(2)];
    private static readonly (string Method, string Target, string Route)[] Calls =
        [("GET", "/v1/whoami", "GET /v1/whoami"), ("GET", "/v1/leads?page=1", "GET /v1/leads"), ("POST", "/v1/leads", "POST /v1/leads")];

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly FakeTimeProvider clock = new(Noon);
    private readonly ConcurrentDictionary<(DateTimeOffset BrownOut, string Address, string? Agent, string Route), (long Count, DateTimeOffset First, DateTimeOffset Last)> refused = new();
    private readonly Random random = new(FaultRun.Seed);
    private RunningDashboard program = null!;
    private CreatedKey key = null!;
    private int sent;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await program.DisposeAsync();
        await TestEngine.RemoveAsync(directory);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task BrownOuts_OverRestartsUnderLoad_KeepToTheMinuteAndTellWhoNoticed()
    {
        await StartAsync();
        var made = await program.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("brown", RateLimit: 1_000_000, SingleUse: false), KeyHouse.Admin());
        key = made.Value!;
        // Wherever in the minute it is planned for.
        var plan = new BrownOutPlan { Minutes = Minutes, StartsAt = [Begins[0].AddSeconds(42), Begins[1]] };
        (await program.Services.GetRequiredService<KeyBrownOuts>().PlanAsync(key.Key.Id, plan, KeyHouse.Admin())).Done.ShouldBeTrue();

        await CallAsync(Begins[0].AddMilliseconds(-1));
        await CallAsync(Begins[0]);
        await CallDuringAsync(Begins[0].AddMinutes(4));
        await RestartAsync(Begins[0].AddMinutes(6));
        await CallDuringAsync(Begins[0].AddMinutes(10));
        await CallAsync(Begins[0].AddMinutes(Minutes).AddMilliseconds(-1));
        await CallAsync(Begins[0].AddMinutes(Minutes));
        await CallAsync(Begins[1].AddMilliseconds(-1));
        await CallDuringAsync(Begins[1].AddMinutes(3));
        await RestartAsync(Begins[1].AddMinutes(20));
        await CallAsync(clock.GetUtcNow());

        (await program.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();
        await program.Services.GetRequiredService<BrownOutLog>().RecordAsync();
        var brownOuts = (await program.Services.GetRequiredService<BrownOutQuery>().ListAsync(key.Key.Id, 1, 10, KeyHouse.Auditor())).Value!.BrownOuts;
        brownOuts.Select(b => (b.StartsAt, b.EndsAt, b.EndedAt, b.Status)).ShouldBe(
            Begins.Reverse().Select(begin => (begin, begin.AddMinutes(Minutes), (DateTimeOffset?)begin.AddMinutes(Minutes), BrownOutStatus.Ended)));
        foreach (var brownOut in brownOuts)
        {
            brownOut.Noticed.ToDictionary(n => (n.Address!, n.Agent, n.Route), n => (n.Count, n.FirstSeenAt, n.LastSeenAt))
                .ShouldBe(refused.Where(r => r.Key.BrownOut == brownOut.StartsAt).ToDictionary(r => (r.Key.Address, r.Key.Agent, r.Key.Route), r => r.Value), ignoreOrder: true);
        }

        var counted = brownOuts.Sum(b => b.Noticed.Sum(n => n.Count));
        counted.ShouldBeGreaterThan(Requests / 4);
        FaultRun.Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"brown-outs over restarts: {sent} requests, {counted} of them refused in 2 brown-outs and all told, by {refused.Count} callers of the load's own list, none more, none less; seed {FaultRun.Seed}"));
    }

    /// <summary>Goes on from what lies there.</summary>
    private async Task StartAsync() => program = await RunningDashboard.StartAsync(clock, directory: directory);

    /// <summary>Stops the program as SIGTERM does; time passes, and it is started again.</summary>
    private async Task RestartAsync(DateTimeOffset at)
    {
        await program.DisposeAsync();
        clock.SetUtcNow(at);
        await StartAsync();
    }

    /// <summary>Calls now and at nine random moments until then.</summary>
    private async Task CallDuringAsync(DateTimeOffset until)
    {
        var from = clock.GetUtcNow();
        foreach (var moment in Enumerable.Range(0, 9).Select(_ => Math.Floor((until - from).TotalMilliseconds * random.NextDouble())).Order().Append((until - from).TotalMilliseconds))
        {
            await CallAsync(from.AddMilliseconds(moment));
        }
    }

    /// <summary>All callers call at that moment, one request after the other, and note who was refused.</summary>
    private async Task CallAsync(DateTimeOffset now)
    {
        clock.SetUtcNow(now);
        var brownOut = Begins.SingleOrDefault(begin => now >= begin && now < begin.AddMinutes(Minutes));
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller, random.Next(), now, brownOut))));
    }

    private async Task CallAsync(int number, int seed, DateTimeOffset now, DateTimeOffset brownOut)
    {
        var (own, address) = (new Random(seed), $"127.0.0.{number + 10}");
        // About forty moments in all.
        for (var i = 0; i < Requests / Callers / 40; i++)
        {
            var (agent, (method, target, route)) = (own.Next(3) switch { 0 => null, 1 => "erp/2", _ => "cron/1" }, Calls[own.Next(Calls.Length)]);
            var body = method == "POST" ? """{"name":"Rui","phone":"1"}"""u8.ToArray() : [];
            var request = new RawRequest(method, target) { Body = body, From = IPAddress.Parse(address) }
                .With($"Authorization: {RequestSigner.Authorization(key.ApiKey, key.Secret, now.ToUnixTimeSeconds(), method, target, body)}", "Content-Type: application/json")
                .With(agent is null ? [] : ["User-Agent: " + agent]);
            var answer = await request.SendAsync(program.BaseAddress);
            Interlocked.Increment(ref sent);
            if (brownOut == default)
            {
                answer.Status.ShouldBeInRange(200, 201, $"{now:O}");
                continue;
            }

            (answer.Status, answer["Retry-After"]).ShouldBe((403, $"{Math.Ceiling((brownOut.AddMinutes(Minutes) - now).TotalSeconds)}"), $"{now:O}");
            refused.AddOrUpdate((brownOut, address, agent, route), (1, now, now), (_, before) => (before.Count + 1, before.First, now));
        }
    }
}

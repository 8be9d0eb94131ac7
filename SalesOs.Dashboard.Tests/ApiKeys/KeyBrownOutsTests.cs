using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class KeyBrownOutsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task BrownOut_AcrossRestarts_BeginsAndEndsOnTheClocksMinuteAndIsPutDownOnce()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var clock = new FakeTimeProvider(Noon);
        CreatedKey key;
        await using (var house = await KeyHouse.OpenAsync(directory, clock))
        {
            key = await house.MakeAsync();
            (await PlanAsync(house, key, 15, Noon.AddHours(1).AddSeconds(42), Noon.AddHours(2))).Done.ShouldBeTrue();
            await IsAsync(house, key, KeyStatus.Active);
        }

        // The program is started, and ends, in the middle of the first and in the middle of the second; nothing runs but the clock.
        foreach (var (at, status) in (ValueTuple<TimeSpan, KeyStatus>[])
                 [
                     (TimeSpan.FromMinutes(60) - TimeSpan.FromMilliseconds(1), KeyStatus.Active), (TimeSpan.FromMinutes(60), KeyStatus.Paused),
                     (TimeSpan.FromMinutes(75) - TimeSpan.FromMilliseconds(1), KeyStatus.Paused), (TimeSpan.FromMinutes(75), KeyStatus.Active),
                     (TimeSpan.FromMinutes(120), KeyStatus.Paused), (TimeSpan.FromMinutes(140), KeyStatus.Active),
                 ])
        {
            clock.SetUtcNow(Noon + at);
            await using var house = await KeyHouse.OpenAsync(directory, clock);
            house.Ring.Find(key.ApiKey)!.Pause!.StandsAt(clock.GetUtcNow().ToUnixTimeMilliseconds()).ShouldBe(status == KeyStatus.Paused, $"{at}, before anything is put down");
            await house.Get<BrownOutLog>().RecordAsync();
            await house.Get<BrownOutLog>().RecordAsync();
            await IsAsync(house, key, status);
        }

        await using var last = await KeyHouse.OpenAsync(directory, clock);
        (await ActionsAsync(last)).ShouldBe([
            AuditActions.KeyCreated, AuditActions.BrownOutPlanned, AuditActions.BrownOutBegan, AuditActions.BrownOutEnded, AuditActions.BrownOutBegan, AuditActions.BrownOutEnded,
        ]);
        last.Ring.Find(key.ApiKey)!.Pause.ShouldBeNull();
        (await ListAsync(last, key)).Select(b => (b.StartsAt, b.EndedAt, b.Minutes, b.Status, b.CreatedBy)).ShouldBe([
            (Noon.AddHours(2), Noon.AddMinutes(135), 15, BrownOutStatus.Ended, "admin@example.test"), (Noon.AddHours(1), Noon.AddMinutes(75), 15, BrownOutStatus.Ended, "admin@example.test"),
        ]);
        (await last.Get<AuditVerification>().VerifyAsync(KeyHouse.Acme)).Whole.ShouldBeTrue();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task BrownOut_Now_BeginsWithTheMinuteAndEndsByHandOrByResuming()
    {
        await using var house = await KeyHouse.OpenAsync();
        house.Clock.Advance(TimeSpan.FromSeconds(30));
        var (ended, resumed, waiting) = (await house.MakeAsync(), await house.MakeAsync(), await house.MakeAsync());
        foreach (var key in (CreatedKey[])[ended, resumed])
        {
            (await PlanAsync(house, key, 5)).Done.ShouldBeTrue();
            await IsAsync(house, key, KeyStatus.Paused);
            (await ListAsync(house, key)).Single().ShouldSatisfyAllConditions(b => (b.StartsAt, b.EndsAt, b.Status).ShouldBe((Noon, Noon.AddMinutes(5), BrownOutStatus.Running)));
        }

        var later = (await PlanAsync(house, waiting, 5, Noon.AddMinutes(10))).Value!.Single();
        (await house.Get<KeyBrownOuts>().EndAsync(ended.Key.Id, (await ListAsync(house, ended)).Single().Id, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await house.Get<KeyPauses>().ResumeAsync(resumed.Key.Id, ifVersions: null, KeyHouse.Admin())).Value!.Status.ShouldBe(KeyStatus.Active);
        (await house.Get<KeyBrownOuts>().EndAsync(waiting.Key.Id, later, KeyHouse.Admin())).Done.ShouldBeTrue();

        foreach (var (key, status) in (ValueTuple<CreatedKey, BrownOutStatus>[])[(ended, BrownOutStatus.Ended), (resumed, BrownOutStatus.Ended), (waiting, BrownOutStatus.Cancelled)])
        {
            await IsAsync(house, key, KeyStatus.Active);
            (await ListAsync(house, key)).Single().Status.ShouldBe(status);
            house.Ring.Find(key.ApiKey)!.Pause.ShouldBeNull();
        }

        house.Clock.Advance(TimeSpan.FromHours(1));
        await house.Get<BrownOutLog>().RecordAsync();
        (await ActionsAsync(house)).Where(a => a.StartsWith("key.brown", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe([
            AuditActions.BrownOutBegan, AuditActions.BrownOutBegan, AuditActions.BrownOutCancelled, AuditActions.BrownOutEnded, AuditActions.BrownOutEnded,
            AuditActions.BrownOutPlanned, AuditActions.BrownOutPlanned, AuditActions.BrownOutPlanned,
        ]);
    }

    [Fact]
    public async Task BrownOut_OfAKeyThatComesToItsEnd_EndsWithItOrNeverBegins()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (revoked, expired) = (await house.MakeAsync(), await house.MakeAsync(new NewKey("expiring", ExpiresInDays: 1)));
        await PlanAsync(house, revoked, 60, Noon, Noon.AddDays(2));
        await PlanAsync(house, expired, 60, Noon.AddDays(2));
        await house.Get<BrownOutLog>().RecordAsync();
        house.Clock.Advance(TimeSpan.FromMinutes(10));
        await house.Keys.RevokeAsync(revoked.Key.Id, "leaked", KeyHouse.Admin());

        await house.Get<BrownOutLog>().RecordAsync();

        (await ListAsync(house, revoked)).Select(b => (b.StartsAt, b.EndedAt, b.Status)).ShouldBe([
            (Noon.AddDays(2), Noon.AddMinutes(10), BrownOutStatus.Cancelled), (Noon, Noon.AddMinutes(10), BrownOutStatus.Ended),
        ]);
        house.Clock.Advance(TimeSpan.FromDays(2));
        await house.Get<BrownOutLog>().RecordAsync();
        (await ListAsync(house, expired)).Single().Status.ShouldBe(BrownOutStatus.Cancelled);
        (await ActionsAsync(house)).Count(action => action == AuditActions.BrownOutBegan).ShouldBe(1);
    }

    [Fact]
    public async Task Plan_ThatBreaksARule_OrByOneWhoMayNot_PlansNothing()
    {
        await using var house = await KeyHouse.OpenAsync();
        var (key, revoked) = (await house.MakeAsync(), await house.MakeAsync());
        await house.Keys.RevokeAsync(revoked.Key.Id, reason: null, KeyHouse.Admin());

        (await CodesAsync(7)).ShouldBe(["minutes_unknown"]);
        (await CodesAsync(5, Noon.AddMinutes(-1))).ShouldBe(["starts_past"]);
        (await CodesAsync(5, Noon.AddDays(14).AddMinutes(1))).ShouldBe(["starts_too_far"]);
        (await CodesAsync(15, Noon.AddMinutes(1), Noon.AddMinutes(15))).ShouldBe(["starts_overlap"]);
        (await CodesAsync(5, [.. Enumerable.Range(1, 6).Select(i => Noon.AddHours(i))])).ShouldBe(["starts_too_many"]);
        (await PlanAsync(house, revoked, 5)).Error!.Reason.ShouldBe(ErrorReason.Ended);
        (await house.Get<KeyBrownOuts>().PlanAsync(key.Key.Id, new BrownOutPlan { Minutes = 5 }, KeyHouse.Auditor())).Error!.Capability.ShouldBe(Capabilities.AdminIntegrations);
        (await house.Get<KeyBrownOuts>().PlanAsync(key.Key.Id, new BrownOutPlan { Minutes = 5 }, KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await house.Get<BrownOutQuery>().ListAsync(key.Key.Id, 1, 10, KeyHouse.Admin(KeyHouse.Beta))).Error!.Reason.ShouldBe(ErrorReason.NotFound);
        (await house.Get<BrownOutQuery>().ListAsync(key.Key.Id, 1, 10, KeyHouse.Manager())).Done.ShouldBeFalse();
        house.Ring.Find(key.ApiKey)!.Pause.ShouldBeNull();

        (await PlanAsync(house, key, 60, Noon.AddHours(1), Noon.AddHours(2))).Done.ShouldBeTrue("one may follow at once on another");
        (await CodesAsync(5, Noon.AddMinutes(90))).ShouldBe(["starts_overlap"]);
        (await CodesAsync(5, [.. Enumerable.Range(4, 4).Select(i => Noon.AddHours(i))])).ShouldBe(["starts_too_many"]);

        async Task<IEnumerable<string>> CodesAsync(int minutes, params DateTimeOffset[] times) => (await PlanAsync(house, key, minutes, times)).Error!.Faults.Select(f => f.Code);
    }

    private static Task<Result<IReadOnlyList<Guid>>> PlanAsync(KeyHouse house, CreatedKey key, int minutes, params DateTimeOffset[] times) =>
        house.Get<KeyBrownOuts>().PlanAsync(key.Key.Id, new BrownOutPlan { Minutes = minutes, StartsAt = times }, KeyHouse.Admin());

    private static async Task IsAsync(KeyHouse house, CreatedKey key, KeyStatus status)
    {
        (await house.Keys.GetAsync(key.Key.Id, KeyHouse.Auditor())).Value!.Status.ShouldBe(status);
        (await house.Keys.ListAsync(new KeyQuery(Status: status), KeyHouse.Auditor())).Value!.Keys.ShouldContain(k => k.Id == key.Key.Id);
    }

    private static async Task<IReadOnlyList<BrownOutView>> ListAsync(KeyHouse house, CreatedKey key) =>
        (await house.Get<BrownOutQuery>().ListAsync(key.Key.Id, 1, 10, KeyHouse.Auditor())).Value!.BrownOuts;

    /// <summary>Oldest first.</summary>
    private static async Task<IReadOnlyList<string>> ActionsAsync(KeyHouse house) =>
        [.. (await house.Get<AuditQueries>().ListAsync(new AuditFilter(PerPage: 100), KeyHouse.Auditor())).Value!.Entries.Reverse().Select(e => e.Action)];
}

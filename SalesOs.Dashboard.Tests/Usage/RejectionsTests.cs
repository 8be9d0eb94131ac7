using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

public class RejectionsTests
{
    [Fact]
    public async Task Record_Rejection_KeepsWhatItTakesToSayWhy()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var behind = (house.Clock.GetUtcNow().ToUnixTimeSeconds() - 41).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var id = key.Refused(Verdict.MissingScope, key.Authorization(new string('a', 64), behind), "POST", "/v1/leads?x=%2F", body: "{}", scope: "leads:write");
        await house.Get<UsageWriter>().FlushAsync();

        var view = (await house.Get<RejectionQuery>().FindAsync(id, KeyHouse.Auditor())).Value!;
        view.ShouldBe(new RejectionView(
            id, key.Id, house.Clock.GetUtcNow(), Verdict.MissingScope, Proven: true, "POST", "/v1/leads?x=%2F", TargetCut: false, "203.0.113.7", "agent/1", 41, behind,
            "aaaaaaaa", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "leads:write", Culprit.None));
        RejectionWords.Of(view).ShouldBe("The API key lacks the scope leads:write.");
    }

    [Fact]
    public async Task Record_FloodOfUnproven_LeavesTheProvenAndOtherKeysInPlace()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var other = await UsedKey.MakeAsync(house);
        var early = key.Refused(Verdict.RateLimited);
        for (var i = 0; i < 10_000; i++)
        {
            house.Clock.Advance(TimeSpan.FromMilliseconds(1));
            key.Refused(Verdict.BadSignature);
            if (i == 5000)
            {
                await house.Get<UsageWriter>().FlushAsync();
            }
        }

        var late = key.Refused(Verdict.AddressNotAllowed);
        var others = other.Refused(Verdict.BadSignature);
        await house.Get<UsageWriter>().FlushAsync();

        var query = house.Get<RejectionQuery>();
        var proven = (await query.ListAsync(key.Id, 1, 100, proven: true, KeyHouse.Auditor())).Value!;
        proven.Rejections.Select(r => r.RequestId).ShouldBe([late, early]);
        (await query.FindAsync(others, KeyHouse.Auditor())).Done.ShouldBeTrue();
        var unproven = (await query.ListAsync(key.Id, 1, 100, proven: false, KeyHouse.Auditor())).Value!;
        unproven.Total.ShouldBe(100);
        unproven.Dropped.ShouldBe(10_000 - 200, "each of two flushes took as many as are kept");
        house.Get<RejectionRecorder>().Dropped.ShouldBe(10_000 - 200);
    }

    [Fact]
    public async Task Record_FloodBeyondTheKeysPlaces_OnlyCounts()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        for (var i = 0; i < Rejection.MostPerKey + 10; i++)
        {
            key.Refused(Verdict.BadSignature);
        }

        var recorder = house.Get<RejectionRecorder>();
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Request.Headers.Authorization = key.Authorization(new string('0', 64));
        ReadOnlyMemory<byte> body = System.Text.Encoding.UTF8.GetBytes("[" + string.Concat(Enumerable.Repeat(" 1,", 5000)) + " 1 ]");
        var now = house.Clock.GetUtcNow();
        recorder.Record(context, key.Ring, Verdict.BadSignature, scope: null, "agent/1", body, now);

        var recorded = 0;
        Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                recorder.Record(context, key.Ring, Verdict.BadSignature, scope: null, "agent/1", body, now);
                recorded++;
            }
        }).ShouldBe(0, "neither the request nor its body is looked at");
        recorder.Dropped.ShouldBe(10 + 1 + recorded);
    }

    [Fact]
    public async Task Record_MoreThanTheLineHolds_IsDroppedAndCountedForEachKey()
    {
        await using var house = await KeyHouse.OpenAsync();
        var keys = new List<UsedKey>();
        for (var i = 0; i < 25; i++)
        {
            var key = await UsedKey.MakeAsync(house);
            keys.Add(key);
            for (var n = 0; n < 100; n++)
            {
                key.Refused(Verdict.BadSignature);
            }
        }

        var recorder = house.Get<RejectionRecorder>();
        recorder.Dropped.ShouldBe(2500 - RejectionRecorder.Capacity);
        await house.Get<UsageWriter>().FlushAsync();
        var pages = new List<RejectionPage>();
        foreach (var key in keys)
        {
            pages.Add((await house.Get<RejectionQuery>().ListAsync(key.Id, 1, 1, proven: null, KeyHouse.Admin())).Value!);
        }

        pages.Sum(p => p.Total).ShouldBe(RejectionRecorder.Capacity);
        pages.Sum(p => p.Dropped).ShouldBe(recorder.Dropped);
    }

    [Fact]
    public async Task Record_ManyOverTime_TheLastHundredOfEachKindStayNewestFirst()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var all = new List<Guid>();
        for (var i = 0; i < 130; i++)
        {
            house.Clock.Advance(TimeSpan.FromSeconds(1));
            all.Insert(0, key.Refused(Verdict.Expired));
            key.Refused(Verdict.OutsideWindow);
            await house.Get<UsageWriter>().FlushAsync();
        }

        var query = house.Get<RejectionQuery>();
        (await query.ListAsync(key.Id, 1, 100, proven: true, KeyHouse.Admin())).Value!.Rejections.Select(r => r.RequestId).ShouldBe(all.Take(100));
        (await query.ListAsync(key.Id, 3, 40, proven: true, KeyHouse.Admin())).Value!.Rejections.Select(r => r.RequestId).ShouldBe(all.Skip(80).Take(20));
        var both = (await query.ListAsync(key.Id, 1, 25, proven: null, KeyHouse.Admin())).Value!;
        both.Total.ShouldBe(200);
        both.Rejections.Count.ShouldBe(25);
        both.Dropped.ShouldBe(0);
        (await query.ListAsync(key.Id, int.MaxValue, 100, proven: null, KeyHouse.Admin())).Value!.Rejections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Record_UnknownKey_IsOnlyCounted()
    {
        await using var house = await KeyHouse.OpenAsync();
        house.Get<RejectionRecorder>().Record(
            new Microsoft.AspNetCore.Http.DefaultHttpContext(), key: null, Verdict.UnknownKey, scope: null, agent: null, body: null, house.Clock.GetUtcNow());
        house.Get<RejectionRecorder>().OfUnknownKeys.ShouldBe(1);
        await house.Get<UsageWriter>().FlushAsync();
        await using var db = house.Database.Read(KeyHouse.Acme);
        (await db.Set<Rejection>().IgnoreQueryFilters().CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Record_DatabaseRefuses_KeepsThemAndWritesThemOnceLater()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        await house.Database.WriteAsync(
            tenantId: null, db => db.Database.ExecuteSqlRawAsync("CREATE TRIGGER refuse BEFORE INSERT ON refused_requests BEGIN SELECT RAISE(ABORT, 'full'); END"));
        key.Refused(Verdict.BadSignature);
        key.LetIn();
        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeFalse();
        (await house.Keys.GetAsync(key.Id, KeyHouse.Admin())).Value!.UsageCount.ShouldBe(1, "the counts do not wait for the rejections");
        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER refuse"));
        (await house.Get<UsageWriter>().FlushAsync()).ShouldBeTrue();
        (await house.Get<RejectionQuery>().ListAsync(key.Id, 1, 10, proven: null, KeyHouse.Admin())).Value!.Total.ShouldBe(1);
    }

    [Fact]
    public async Task Find_AnotherTenantsOrWithoutCapability_IsTheAnswerOfAnAbsentOne()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var id = key.Refused(Verdict.BadSignature);
        key.LetIn();
        await house.Get<UsageWriter>().FlushAsync();
        var query = house.Get<RejectionQuery>();
        var foreign = KeyHouse.Admin(KeyHouse.Beta);
        (await query.FindAsync(id, KeyHouse.Admin())).Done.ShouldBeTrue();
        (await query.FindAsync(id, foreign)).Error!.ShouldBe((await query.FindAsync(Guid.NewGuid(), foreign)).Error!);
        (await query.ListAsync(key.Id, 1, 10, proven: null, foreign)).Error!.ShouldBe((await query.ListAsync(Guid.NewGuid(), 1, 10, proven: null, foreign)).Error!);
        (await query.FindAsync(id, KeyHouse.Manager())).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
        (await query.ListAsync(key.Id, 1, 10, proven: null, KeyHouse.Manager())).Error!.Reason.ShouldBe(ErrorReason.MissingCapability);
    }

    [Fact]
    public async Task Record_SecretInTheTarget_NeverReachesTheDatabase()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = await UsedKey.MakeAsync(house);
        var secret = CredentialFormat.NewSecret(test: false);
        var id = key.Refused(Verdict.MalformedAuthorization, $"Bearer {key.ApiKey}", target: $"/v1/whoami?secret={secret}");
        await house.Get<UsageWriter>().FlushAsync();
        var view = (await house.Get<RejectionQuery>().FindAsync(id, KeyHouse.Admin())).Value!;
        view.Target.ShouldBe("/v1/whoami?secret=");
        view.TargetCut.ShouldBeTrue();
        view.Timestamp.ShouldBeNull();
        view.SkewSeconds.ShouldBeNull();
    }
}

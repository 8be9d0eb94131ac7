using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Rotations;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>The demo looks lived in, and everything in it is as true as if people had done it.</summary>
public class DemoDataTests
{
    [Fact]
    public async Task Demo_StartedTwice_IsWholeAndLivelyAndNotDoubled()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-demo-").FullName;
        try
        {
            long keys;
            using var log = new LogLines();
            await using (var dashboard = await RunningDashboard.StartAsync(
                configure: builder => builder.Logging.AddProvider(log), directory: directory, settings: ["--Demo=true", "--Logging:LogLevel:SalesOs.Dashboard.Hosting.Demo=Information"]))
            {
                log.All.Select(line => line.Text).Where(text => text.StartsWith("Demo: ", StringComparison.Ordinal)).Count().ShouldBeGreaterThanOrEqualTo(5, "it tells how far it is");
                keys = await CountAsync<ApiKey>(dashboard);
                await ShouldBeWholeAsync(dashboard);
                await ShouldBeLivelyAsync(dashboard);
            }

            await using var again = await RunningDashboard.StartAsync(directory: directory, settings: "--Demo=true");
            (await CountAsync<ApiKey>(again)).ShouldBe(keys);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Demo_OverDataOfOnesOwn_LeavesItAlone()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-demo-").FullName;
        try
        {
            await using (var own = await RunningDashboard.StartAsync(directory: directory))
            {
                (await own.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Mine"), KeyHouse.Admin())).Done.ShouldBeTrue();
            }

            await using var demo = await RunningDashboard.StartAsync(directory: directory, settings: "--Demo=true");
            (await CountAsync<ApiKey>(demo)).ShouldBe(1);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task ShouldBeWholeAsync(RunningDashboard dashboard)
    {
        foreach (var tenant in (string[])[KeyHouse.Acme, KeyHouse.Beta])
        {
            var verdict = (await dashboard.Services.GetRequiredService<AuditQueries>().VerifyAsync(KeyHouse.Auditor(tenant))).Value.ShouldNotBeNull();
            verdict.Whole.ShouldBeTrue();
            verdict.Entries.ShouldBeGreaterThan(50);
        }
    }

    private static async Task ShouldBeLivelyAsync(RunningDashboard dashboard)
    {
        await using var db = dashboard.Services.GetRequiredService<Database>().Read(tenantId: null);
        var keys = await db.Set<ApiKey>().IgnoreQueryFilters().ToListAsync();
        var now = DateTimeOffset.UtcNow;
        foreach (var status in Enum.GetValues<KeyStatus>())
        {
            keys.ShouldContain(k => k.StatusAt(now) == status, status.ToString());
        }

        keys.ShouldContain(k => k.StatusAt(now) == KeyStatus.Active && k.ExpiresAt < now.AddDays(14), "one expires soon");
        keys.ShouldContain(k => k.UsageCount == 0, "one was never used");
        keys.ShouldContain(k => k.Scopes.Count == 0, "one is unrestricted");
        keys.ShouldContain(k => k.RotatedFrom != null, "one succeeds another");
        var rotated = await db.Set<Rotation>().IgnoreQueryFilters().SingleAsync(r => r.QuietCycles != null);
        (await dashboard.Services.GetRequiredService<RotationQuery>().OfAsync(rotated.KeyId, KeyHouse.Auditor())).Value!.ShouldSatisfyAllConditions(
            rotation => rotation.State.ShouldBe(RotationState.InUse, "a rotation is under way"),
            rotation => rotation.Stragglers.ShouldNotBeEmpty(),
            rotation => rotation.Drain.Unwatched.ShouldBe(TimeSpan.Zero));
        keys.ShouldAllBe(k => k.LastUsedAt == null || k.LastUsedAt <= now && k.LastUsedAt >= k.CreatedAt);
        keys.ShouldAllBe(k => k.RevokedAt == null || k.LastUsedAt == null || k.LastUsedAt <= k.RevokedAt);

        var crm = keys.Single(k => k.Name == "CRM · sincronização de leads");
        var usage = dashboard.Services.GetRequiredService<UsageQuery>();
        foreach (var step in Enum.GetValues<UsageStep>())
        {
            (await usage.ReportAsync(crm.Id, new UsageSpan(From: null, To: null, step), KeyHouse.Auditor())).Value!.Totals.LetIn.ShouldBeGreaterThan(0, step.ToString());
        }

        var days = await db.Set<UsageCount>().IgnoreQueryFilters().Where(c => c.KeyId == crm.Id && c.Step == UsageStep.Day && c.Counted == 0).SumAsync(c => c.Count);
        days.ShouldBe(crm.UsageCount, "the days add up to the key's own count");
        (await usage.CallersAsync(crm.Id, KeyHouse.Auditor())).Value!.Callers.Sum(c => c.Count).ShouldBe(crm.UsageCount);

        var refused = (await dashboard.Services.GetRequiredService<RejectionQuery>().ListAsync(crm.Id, 1, 100, proven: null, KeyHouse.Auditor())).Value!;
        refused.Rejections.ShouldContain(r => r.Culprit == Culprit.QueryLeftOut, "the mistake is named");
    }

    private static async Task<long> CountAsync<T>(RunningDashboard dashboard)
        where T : class
    {
        await using var db = dashboard.Services.GetRequiredService<Database>().Read(tenantId: null);
        return await db.Set<T>().IgnoreQueryFilters().LongCountAsync();
    }
}

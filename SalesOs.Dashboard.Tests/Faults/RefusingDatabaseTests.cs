using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.Persistence;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Guarantee N6 for a file that can't be written and one that is full.</summary>
public sealed class RefusingDatabaseTests
{
    [Theory]
    [InlineData("read-only")]
    [InlineData("full")]
    public async Task Database_RefusingToWrite_IsAnsweredWith503UntilItRecovers(string how)
    {
        var refusing = new RefusingDatabase();
        await using var dashboard = await RunningDashboard.StartAsync(
            configure: builder => builder.Services.ConfigureDbContext<DashboardDbContext>(options => options.AddInterceptors(refusing)),
            settings: [Api.Platform.Setting, "--Usage:FlushSeconds=60", "--Logging:LogLevel:Default=None"]);
        var ledger = new Ledger(FaultRun.Seed, clients: 2);
        await ledger.ActAsync(dashboard.BaseAddress, acts: 10);
        ledger.Refused.ShouldBe(0);
        var acknowledged = ledger.Acknowledged;

        if (how == "full")
        {
            refusing.Full();
        }
        else
        {
            refusing.ReadOnly();
        }

        // A full database takes what fits into its last page, so it is asked until it refuses all that makes it grow.
        await ledger.ActAsync(dashboard.BaseAddress, FaultRun.Full ? 400 : 60);
        ledger.Refused.ShouldBeGreaterThan(5);
        if (how == "read-only")
        {
            ledger.Acknowledged.ShouldBe(acknowledged);
            (await StateAsync(dashboard)).ShouldBe("""200 "status":"degraded" "writes":"degraded" """.TrimEnd());
            (await dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeFalse();
        }

        refusing.Recover();
        var refused = ledger.Refused;
        await ledger.ActAsync(dashboard.BaseAddress, acts: 10);
        ledger.Refused.ShouldBe(refused);
        (await dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();
        (await StateAsync(dashboard)).ShouldBe("""200 "status":"ready" "writes":"ready" """.TrimEnd());
        await using var stored = StoredData.Open(dashboard.DataDirectory);
        await ledger.CompareAsync(stored, killedAt: null);
        FaultRun.Tell($"{how} database: {refused} acts answered 5xx and not there, {ledger.Acknowledged} acknowledged and there; recovered without a restart");
    }

    private static async Task<string> StateAsync(RunningDashboard dashboard)
    {
        using var answer = await dashboard.Client.GetAsync("/health/ready");
        var text = await answer.Content.ReadAsStringAsync();
        return string.Join(' ', [((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), .. text.Split('{', ',', '}').Where(t => t.StartsWith("\"status\"", StringComparison.Ordinal) || t.StartsWith("\"writes\"", StringComparison.Ordinal))]);
    }
}

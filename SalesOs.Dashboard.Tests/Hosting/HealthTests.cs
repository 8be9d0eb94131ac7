using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Frame;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.Faults;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>What an orchestrator asks. That stopping turns it red, and a provider that is away yellow, is shown with those.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private readonly UnreliableDatabase database = new();
    private RunningDashboard dashboard = null!;

    public async ValueTask InitializeAsync() => dashboard = await RunningDashboard.StartAsync(
        configure: builder => builder.Services.ConfigureDbContext<DashboardDbContext>(options => options.AddInterceptors(database)), settings: ["--Logging:LogLevel:Default=None"]);

    public ValueTask DisposeAsync() => dashboard.DisposeAsync();

    [Fact]
    public async Task Live_TellsTheVersion() =>
        (await dashboard.Client.GetStringAsync("/health/live")).ShouldBe($$"""{"status":"live","version":"{{ProductVersion.Text}}"}""");

    [Fact]
    public async Task Ready_AllIsWell_NamesEachCheck()
    {
        var (status, checks) = await ReadyAsync();

        status.ShouldBe(HttpStatusCode.OK);
        checks.Keys.ShouldBe(["database", "writes", "master_key", "key_ring", "identity_provider", "running"], ignoreOrder: true);
        checks.Values.ShouldAllBe(state => state == "ready");
    }

    [Fact]
    public async Task Ready_DatabaseCannotBeRead_IsRedUntilItCan()
    {
        database.Fail();
        var (status, checks) = await ReadyAsync();
        database.Recover();

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        checks.Where(check => check.Value == "unavailable").Select(check => check.Key).ShouldBe(["database", "master_key"], ignoreOrder: true);
        (await ReadyAsync()).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ready_MasterKeyOpensNothing_IsRed()
    {
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(
            tenantId: null, db => db.Database.ExecuteSqlAsync($"UPDATE tenant_data_keys SET Wrapped = zeroblob(length(Wrapped)) WHERE TenantId = {AuditLog.Platform}"));

        var (status, checks) = await ReadyAsync();

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        checks.Where(check => check.Value == "unavailable").Select(check => check.Key).ShouldBe(["master_key"]);
    }

    private async Task<(HttpStatusCode Status, Dictionary<string, string> Checks)> ReadyAsync()
    {
        using var answer = await dashboard.Client.GetAsync("/health/ready");
        var checks = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("checks");
        return (answer.StatusCode, checks.EnumerateObject().ToDictionary(check => check.Name, check => check.Value.GetString()!, StringComparer.Ordinal));
    }
}

using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>A fault that is not the database's own, such as a defect of ours, in the bookkeeping.</summary>
public sealed class UnforeseenFaultTests
{
    private static readonly string[] Told =
    [
        "The usage of 1 keys could not be written",
        "Old usage could not be deleted",
        "That keys have expired could not be written",
        "The audit log could not be signed or pruned",
        "1 entries on what was refused could not be written",
        "That settings have changed could not be written",
    ];

    [Fact]
    public async Task Bookkeeping_MeetingAnyFault_GoesOnInItsNextRoundAndLosesNothing()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var database = new UnreliableDatabase();
        using var log = new LogLines();
        await using var dashboard = await RunningDashboard.StartAsync(
            time,
            configure: builder =>
            {
                builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("Roles:helper", "")]);
                builder.Logging.ClearProviders().AddProvider(log);
                builder.Services.ConfigureDbContext<DashboardDbContext>(options => options.AddInterceptors(database));
            });
        var made = (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("CRM sync"), KeyHouse.Admin())).Value!;
        var recorder = dashboard.Services.GetRequiredService<UsageRecorder>();
        database.Fail(new InvalidOperationException("Nobody thought of this."));
        recorder.LetIn(
            dashboard.Services.GetRequiredService<KeyRing>().Find(made.ApiKey)!, recorder.RouteNumber("GET /v1/whoami"), time.GetUtcNow().ToUnixTimeMilliseconds(), IPAddress.Loopback, "agent");
        dashboard.Services.GetRequiredService<RepeatedEvents>().Tell(
            new RepeatedEvent(AuditLog.Platform, AuditActions.SignInFailed, Refused: true, "expired", What: null, Caller: null, new AuditOrigin("198.51.100.4", "a", "r")));
        var configuration = (IConfigurationRoot)dashboard.Services.GetRequiredService<IConfiguration>();
        configuration["Roles:helper"] = "audit.integrations";
        configuration.Reload();

        await UntilAsync(() => Told.All(text => log.All.Any(line => line.Text.StartsWith(text, StringComparison.Ordinal))));
        (await dashboard.Client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        database.Recover();

        await UntilAsync(() => recorder.Waiting == 0);
        var view = (await dashboard.Services.GetRequiredService<ApiKeyService>().GetAsync(made.Key.Id, KeyHouse.Admin())).Value!;
        view.UsageCount.ShouldBe(1);
        await UntilAsync(() => EntriesOf(dashboard, AuditActions.SignInFailed) == 1);
        await UntilAsync(() => EntriesOf(dashboard, AuditActions.SettingsChanged) == 2);

        async Task UntilAsync(Func<bool> holds)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(60));
            while (!holds())
            {
                patience.Token.ThrowIfCancellationRequested();
                // Each job's next round.
                time.Advance(TimeSpan.FromMinutes(10));
                await Task.Delay(10, patience.Token);
            }
        }
    }

    private static int EntriesOf(RunningDashboard dashboard, string action)
    {
        using var db = dashboard.Services.GetRequiredService<Database>().Read(tenantId: null);
        return db.Set<AuditEntry>().IgnoreQueryFilters().Count(e => e.Action == action);
    }
}

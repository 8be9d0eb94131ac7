using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests;

/// <summary>
/// One dashboard for all tests of a class, which run one after the other. It knows the platform's key and has the routes of <see cref="Visitor.MapMirror"/>. Its clock
/// only goes on; a test that changes what another relies on puts it back.
/// </summary>
public class SharedDashboard : IAsyncLifetime
{
    /// <summary>Whoever moves a fake clock also does the work of its timers: writing the usage each second of a day would be most of what is waited for.</summary>
    private const string SeldomFlush = "--Usage:FlushSeconds=60";

    /// <summary>The clock begins at the true time, as cookies are judged by the true clock outside the program.</summary>
    public SharedDashboard()
        : this(DateTimeOffset.UtcNow)
    {
    }

    protected SharedDashboard(DateTimeOffset begin) => Clock = new(begin);

    public FakeTimeProvider Clock { get; }

    public RunningDashboard Dashboard { get; private set; } = null!;

    /// <summary>Such as <c>--Session:IdleMinutes=5</c>.</summary>
    protected virtual IEnumerable<string> Arguments => [];

    public virtual async ValueTask InitializeAsync() =>
        Dashboard = await RunningDashboard.StartAsync(Clock, Configure, Map, settings: [Platform.Setting, SeldomFlush, .. Arguments]);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Dashboard.DisposeAsync();
    }

    /// <summary>Changes services after the program has added its own.</summary>
    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    /// <summary>Adds routes for the tests' own use.</summary>
    protected virtual void Map(WebApplication app) => Visitor.MapMirror(app);
}

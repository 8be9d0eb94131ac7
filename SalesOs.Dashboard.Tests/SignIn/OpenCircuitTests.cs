using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Tests.Faults;

namespace SalesOs.Dashboard.Tests.SignIn;

public sealed class OpenCircuitTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly UnreliableDatabase database = new();
    private RunningDashboard dashboard = null!;
    private Sessions sessions = null!;
    private IConfiguration configuration = null!;

    public async ValueTask InitializeAsync()
    {
        dashboard = await RunningDashboard.StartAsync(
            time, configure: builder => builder.Services.ConfigureDbContext<DashboardDbContext>(options => options.AddInterceptors(database)), settings: "--Session:CircuitsPerUser=3");
        sessions = dashboard.Services.GetRequiredService<Sessions>();
        configuration = dashboard.Services.GetRequiredService<IConfiguration>();
    }

    public ValueTask DisposeAsync() => dashboard.DisposeAsync();

    [Fact]
    public async Task Get_InACircuit_KnowsWhereItCameFromAndNamesEachActionAnew()
    {
        await using var page = await OpenAsync();

        var first = await page.Caller.GetAsync();
        var second = await page.Caller.GetAsync();

        first!.Address.ShouldBe("192.0.2.7");
        first.Agent.ShouldBe("Browser/1.0");
        Guid.Parse(first.RequestId!).Version.ShouldBe(7);
        (second!.RequestId == first.RequestId).ShouldBeFalse();
    }

    [Fact]
    public async Task Get_AfterSignOutElsewhere_IsNobody()
    {
        var key = await sessions.StoreAsync(Ticket());
        await using var page = await OpenAsync(key);
        await sessions.RemoveAsync(key);

        (await page.Caller.GetAsync()).ShouldBeNull();
        page.Circuit.Ended.ShouldBe(Termination.SignedOut);
    }

    [Fact]
    public async Task Get_ChangedMapping_ActsOnTheNextAction()
    {
        await using var page = await OpenAsync();
        (await page.Caller.GetAsync())!.CanManageKeys.ShouldBeTrue();
        configuration["Roles:admin"] = "";

        (await page.Caller.GetAsync())!.CanManageKeys.ShouldBeFalse();
    }

    [Fact]
    public async Task Get_KeepsTheSessionOpenAndPeekDoesNot()
    {
        await using var page = await OpenAsync();
        time.Advance(TimeSpan.FromMinutes(20));
        (await page.Caller.GetAsync()).ShouldNotBeNull();
        time.Advance(TimeSpan.FromMinutes(20));
        (await page.Caller.PeekAsync()).ShouldNotBeNull();
        time.Advance(TimeSpan.FromMinutes(10));

        (await page.Caller.PeekAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Retrieve_ForACircuitsConnection_DoesNotKeepTheSessionOpen()
    {
        var key = await sessions.StoreAsync(Ticket());
        time.Advance(TimeSpan.FromMinutes(20));
        (await sessions.RetrieveAsync(key, Request("/_blazor"), CancellationToken.None)).ShouldNotBeNull();
        time.Advance(TimeSpan.FromMinutes(10));

        (await sessions.RetrieveAsync(key, Request("/"), CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Store_BeyondCapacity_EndsTheSessionLongestUnused()
    {
        var oldest = await sessions.StoreAsync(Ticket());
        var renewed = await sessions.StoreAsync(Ticket());
        time.Advance(TimeSpan.FromMinutes(2));
        await sessions.RetrieveAsync(renewed, Request("/"), CancellationToken.None);
        await sessions.WriteAsync();
        await FillAsync(Sessions.Capacity - sessions.Count);

        await sessions.StoreAsync(Ticket());

        sessions.Count.ShouldBe(Sessions.Capacity);
        (await sessions.RetrieveAsync(oldest)).ShouldBeNull();
        (await sessions.RetrieveAsync(renewed)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Idle_NobodyTouchesThePage_ItEndsByItself()
    {
        await using var page = await OpenAsync();
        time.Advance(TimeSpan.FromMinutes(30));

        await page.HasEnded;
        page.Circuit.Ended.ShouldBe(Termination.Idle);
        (await page.TakesInAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Age_ThePageIsInUseAllDay_ItEndsAfterTwelveHours()
    {
        await using var page = await OpenAsync();
        for (var step = 0; step < 28; step++)
        {
            // Not Advance: it would run each round of each job in between.
            time.AdjustTime(time.GetUtcNow().AddMinutes(25));
            (await page.Caller.GetAsync()).ShouldNotBeNull();
        }

        time.Advance(TimeSpan.FromMinutes(20));

        (await page.TakesInAsync()).ShouldBeFalse();
        page.Circuit.Ended.ShouldBe(Termination.Age);
    }

    [Fact]
    public async Task Act_WhileTheDatabaseHangs_IsTakenInAfterASecondByWhatWasLastRead()
    {
        await using var page = await OpenAsync();
        database.Hold();
        time.Advance(Sessions.Fresh);

        var taken = page.TakesInAsync();
        taken.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));

        (await taken).ShouldBeTrue();
        database.Recover();
    }

    [Fact]
    public async Task Acts_WhoseSessionIsReadAtDifferentSpeeds_AreTakenInAsTheyCame()
    {
        await using var page = await OpenAsync();
        database.Hold();
        time.Advance(Sessions.Fresh);
        var taken = new List<string>();
        var typed = page.TakeInAsync(() => taken.Add("typed"));
        database.Pass();

        var clicked = page.TakeInAsync(() => taken.Add("clicked"));

        taken.ShouldBeEmpty();
        database.Recover();
        await Task.WhenAll(typed, clicked);
        taken.ShouldBe(["typed", "clicked"]);
    }

    [Fact]
    public async Task Act_ThatGoesOn_LetsTheNextBegin()
    {
        await using var page = await OpenAsync();
        var answer = new TaskCompletionSource();
        var waiting = page.TakeInAsync(() => answer.Task);

        await page.TakeInAsync(answer.SetResult);

        await waiting;
    }

    [Fact]
    public async Task SignIn_InAnotherTab_EndsThePageAndItTakesNothingIn()
    {
        var key = await sessions.StoreAsync(Ticket());
        await using var page = await OpenAsync(key);
        (await page.TakesInAsync()).ShouldBeTrue();
        await sessions.EndAsync(key, Termination.Replaced);

        (await page.TakesInAsync()).ShouldBeFalse();
        page.Circuit.Ended.ShouldBe(Termination.Replaced);
    }

    [Fact]
    public async Task Connection_ThatComesBackWithAnotherSession_IsTurnedAway()
    {
        await using var page = await OpenAsync();
        await page.Circuit.OnConnectionDownAsync(null!, CancellationToken.None);
        page.Http.HttpContext = await ConnectionAsync(await sessions.StoreAsync(Ticket()));

        await Should.ThrowAsync<InvalidOperationException>(() => page.Circuit.OnConnectionUpAsync(null!, CancellationToken.None));
    }

    [Fact]
    public async Task Connection_OfAPageThatLeavesNot_IsCutAfterTheGrace()
    {
        var key = await sessions.StoreAsync(Ticket());
        await using var page = await OpenAsync(key);
        await sessions.RemoveAsync(key);
        page.Connection.Cut.ShouldBeFalse();
        time.Advance(OpenCircuit.Grace);

        page.Connection.Cut.ShouldBeTrue();
    }

    [Fact]
    public async Task Pages_BeyondTheLimit_EndTheOneLongestUntouched()
    {
        var key = await sessions.StoreAsync(Ticket());
        await using var first = await OpenAsync(key);
        time.Advance(TimeSpan.FromSeconds(1));
        await using var second = await OpenAsync(key);
        time.Advance(TimeSpan.FromSeconds(1));
        await using var third = await OpenAsync(key);
        time.Advance(TimeSpan.FromSeconds(1));
        await first.Caller.GetAsync();
        await using var others = await OpenAsync(await sessions.StoreAsync(Ticket("other")));

        await using var fourth = await OpenAsync(key);

        second.Circuit.Ended.ShouldBe(Termination.TooManyPages);
        new[] { first, third, fourth, others }.ShouldAllBe(p => p.Circuit.Ended == null);
    }

    [Fact]
    public async Task Pages_BeyondTheLimit_EndTheOneWhoseConnectionIsLostFirst()
    {
        var key = await sessions.StoreAsync(Ticket());
        await using var first = await OpenAsync(key);
        time.Advance(TimeSpan.FromSeconds(1));
        await using var second = await OpenAsync(key);
        await using var third = await OpenAsync(key);
        await third.Circuit.OnConnectionDownAsync(null!, CancellationToken.None);

        await using var fourth = await OpenAsync(key);

        third.Circuit.Ended.ShouldBe(Termination.TooManyPages);
        first.Circuit.Ended.ShouldBeNull();
    }

    [Fact]
    public async Task Pages_BeyondTheLimit_LeaveOneAloneThatIsJustBeginning()
    {
        var key = await sessions.StoreAsync(Ticket());
        await using var first = await OpenAsync(key);
        await using var second = await OpenAsync(key);
        time.Advance(TimeSpan.FromSeconds(1));
        await using var third = await OpenAsync(key, connected: false);

        await using var fourth = await OpenAsync(key);

        first.Circuit.Ended.ShouldBe(Termination.TooManyPages);
        third.Circuit.Ended.ShouldBeNull();
    }

    [Fact]
    public async Task Tenant_ChosenInAnotherTab_EndsThePageOfTheOneBefore()
    {
        var key = await sessions.StoreAsync(Ticket());
        await using var page = await OpenAsync(key);

        await sessions.ChooseAsync((await sessions.FindAsync((await sessions.RetrieveAsync(key))!.Principal, renew: false))!, "b");

        page.Circuit.Ended.ShouldBe(Termination.TenantChanged);
    }

    [Fact]
    public async Task Circuit_OfNobody_IsNotOpened()
    {
        await Should.ThrowAsync<InvalidOperationException>(async () => await OpenAsync("no key"));
        dashboard.Services.GetRequiredService<OpenCircuits>().Count.ShouldBe(0);
    }

    /// <summary>Signs in so many at once.</summary>
    private Task<bool> FillAsync(int number) => dashboard.Services.GetRequiredService<Database>().WriteAsync(tenantId: null, db =>
    {
        var now = time.GetUtcNow();
        db.AddRange(Enumerable.Range(0, number).Select(_ => new SessionRow
        {
            Id = Guid.CreateVersion7(now),
            KeyDigest = [],
            SubjectDigest = [],
            StartedAt = now,
            UsedAt = now,
            CheckedAt = now,
            Ticket = [],
        }));
        return Task.FromResult(true);
    });

    private static AuthenticationTicket Ticket(string subject = "x") => new(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", subject), new Claim("tenant_id", "a"), new Claim("roles", "admin")], "token")),
        SignInSchemes.Session);

    private static DefaultHttpContext Request(string path) => new() { Request = { Path = path } };

    private async Task<DefaultHttpContext> ConnectionAsync(string key)
    {
        var connection = Request("/_blazor");
        connection.Connection.RemoteIpAddress = IPAddress.Parse("::ffff:192.0.2.7");
        connection.Request.Headers.UserAgent = "Browser/1.0";
        connection.User = (await sessions.RetrieveAsync(key))?.Principal ?? new ClaimsPrincipal();
        return connection;
    }

    /// <summary>A page as Blazor opens one, by a session of its own or the one that the key names.</summary>
    private async Task<OpenPage> OpenAsync(string? key = null, bool connected = true)
    {
        var scope = dashboard.Services.CreateAsyncScope();
        var http = scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>();
        var connection = new Connection();
        http.HttpContext = await ConnectionAsync(key ?? await sessions.StoreAsync(Ticket()));
        http.HttpContext.Features.Set<IHttpRequestLifetimeFeature>(connection);
        var circuit = scope.ServiceProvider.GetRequiredService<OpenCircuit>();
        var ended = new TaskCompletionSource();
        circuit.HasEnded += (_, _) => ended.TrySetResult();
        await circuit.OnCircuitOpenedAsync(null!, CancellationToken.None);
        if (connected)
        {
            await circuit.OnConnectionUpAsync(null!, CancellationToken.None);
        }

        http.HttpContext = null;
        return new OpenPage(scope, circuit, scope.ServiceProvider.GetRequiredService<SessionCaller>(), http, connection, ended.Task);
    }

    private sealed record OpenPage(AsyncServiceScope Scope, OpenCircuit Circuit, SessionCaller Caller, IHttpContextAccessor Http, Connection Connection, Task HasEnded) : IAsyncDisposable
    {
        /// <summary>Whether something that comes in from the browser reaches the page.</summary>
        public async Task<bool> TakesInAsync()
        {
            var taken = false;
            await TakeInAsync(() => taken = true);
            return taken;
        }

        /// <summary>What comes in from the browser, and what the page does of it.</summary>
        public Task TakeInAsync(Func<Task> act) => Circuit.CreateInboundActivityHandler(_ => act())(null!);

        /// <inheritdoc cref="TakeInAsync(Func{Task})"/>
        public Task TakeInAsync(Action act) => TakeInAsync(() =>
        {
            act();
            return Task.CompletedTask;
        });

        public ValueTask DisposeAsync() => Scope.DisposeAsync();
    }

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public bool Cut { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => Cut = true;
    }
}

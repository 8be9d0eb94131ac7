using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

public class OpenCircuitTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero));
    private readonly ConfigurationManager configuration = new();
    private readonly Sessions sessions;

    public OpenCircuitTests()
    {
        configuration["Roles:admin"] = "admin.integrations";
        var settings = new SignInSettings(
            true, "", "c", null, "a", new ClaimNames("tenant_id", "tenant_name", "roles"), TimeSpan.FromMinutes(30), TimeSpan.FromHours(12));
        sessions = new Sessions(settings, time);
    }

    [Fact]
    public async Task Get_InACircuit_KnowsWhereItCameFromAndNamesEachActionAnew()
    {
        var (page, _) = await OpenAsync();

        var first = await page.GetAsync();
        var second = await page.GetAsync();

        first!.Address.ShouldBe("192.0.2.7");
        first.Agent.ShouldBe("Browser/1.0");
        Guid.Parse(first.RequestId!).Version.ShouldBe(7);
        (second!.RequestId == first.RequestId).ShouldBeFalse();
    }

    [Fact]
    public async Task Get_AfterSignOutElsewhere_IsNobody()
    {
        var (page, key) = await OpenAsync();
        await sessions.RemoveAsync(key);

        (await page.GetAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Get_ChangedMapping_ActsOnTheNextAction()
    {
        var (page, _) = await OpenAsync();
        (await page.GetAsync())!.CanManageKeys.ShouldBeTrue();
        configuration["Roles:admin"] = "";

        (await page.GetAsync())!.CanManageKeys.ShouldBeFalse();
    }

    [Fact]
    public async Task Get_KeepsTheSessionOpenAndPeekDoesNot()
    {
        var (page, _) = await OpenAsync();
        time.Advance(TimeSpan.FromMinutes(20));
        (await page.GetAsync()).ShouldNotBeNull();
        time.Advance(TimeSpan.FromMinutes(20));
        (await page.PeekAsync()).ShouldNotBeNull();
        time.Advance(TimeSpan.FromMinutes(10));

        (await page.PeekAsync()).ShouldBeNull();
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
        while (sessions.Count < Sessions.Capacity)
        {
            await sessions.StoreAsync(Ticket());
        }

        await sessions.StoreAsync(Ticket());

        sessions.Count.ShouldBe(Sessions.Capacity);
        (await sessions.RetrieveAsync(oldest)).ShouldBeNull();
        (await sessions.RetrieveAsync(renewed)).ShouldNotBeNull();
    }

    private static AuthenticationTicket Ticket() => new(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "x"), new Claim("tenant_id", "a"), new Claim("roles", "admin")], "token")),
        SignInSchemes.Session);

    private static DefaultHttpContext Request(string path) => new() { Request = { Path = path } };

    private async Task<(SessionCaller Page, string Key)> OpenAsync()
    {
        var key = await sessions.StoreAsync(Ticket());
        var connection = Request("/_blazor");
        connection.Connection.RemoteIpAddress = IPAddress.Parse("::ffff:192.0.2.7");
        connection.Request.Headers.UserAgent = "Browser/1.0";
        var http = new HttpContextAccessor { HttpContext = connection };
        var circuit = new CircuitOrigin(http);
        await circuit.OnCircuitOpenedAsync(null!, CancellationToken.None);
        http.HttpContext = null;
        var services = new ServiceCollection()
            .AddSingleton<AuthenticationStateProvider>(new FixedState((await sessions.RetrieveAsync(key))!.Principal))
            .AddSingleton<TimeProvider>(time)
            .BuildServiceProvider();
        var factory = new CallerFactory(new ClaimNames("tenant_id", "tenant_name", "roles"), new RoleMapping(configuration));
        return (new OpenSessionCaller(sessions, factory, circuit, http, services), key);
    }

    private sealed class FixedState(ClaimsPrincipal user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(user));
    }
}

using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>Sessions of two processes that work on one database: the dashboard, and another with a memory of its own.</summary>
public sealed class SharedSessionTests(StubbedDashboard shared) : IClassFixture<StubbedDashboard>, IAsyncLifetime
{
    private readonly FakeTimeProvider time = shared.Clock;
    private readonly RunningDashboard dashboard = shared.Dashboard;
    private readonly ConcurrentBag<string?> sent = [];
    private readonly Sessions here = shared.Dashboard.Services.GetRequiredService<Sessions>();
    private readonly SessionChecks checks = shared.Dashboard.Services.GetRequiredService<SessionChecks>();
    private OpenCircuits pages = null!;
    private Sessions there = null!;
    private SessionChecks checksThere = null!;

    public ValueTask InitializeAsync()
    {
        pages = ActivatorUtilities.CreateInstance<OpenCircuits>(dashboard.Services);
        there = ActivatorUtilities.CreateInstance<Sessions>(dashboard.Services, pages);
        checksThere = ActivatorUtilities.CreateInstance<SessionChecks>(dashboard.Services, there, pages);
        shared.Issuer.Tokens = form =>
        {
            sent.Add(form["refresh_token"]);
            return Results.Json(new { access_token = "x", token_type = "Bearer", refresh_token = form["refresh_token"] + "+" });
        };
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        checksThere.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task SignIn_Here_IsKnownThere()
    {
        var key = await SignInAsync();

        (await there.RetrieveAsync(key))!.Principal.FindFirst("sub")!.Value.ShouldBe("ana");
    }

    [Fact]
    public async Task SignOut_Here_HoldsThereAtOnce()
    {
        var key = await SignInAsync();
        var session = await OfAsync(key);
        (await there.FindAsync(session.Id, renew: false)).ShouldNotBeNull();

        await here.RemoveAsync(key);

        (await there.FindAsync(session.Id, renew: false)).ShouldBeNull();
        (await there.RetrieveAsync(key)).ShouldBeNull();
    }

    [Fact]
    public async Task SignOut_Here_IsSeenThereByWhatPagesDoByThemselvesWithinASecond()
    {
        var session = await OfAsync(await SignInAsync());
        (await there.PeekAsync(session.Id)).ShouldNotBeNull();
        await here.EndAsync(session, Termination.SignedOut);

        time.Advance(Sessions.Fresh);

        (await there.PeekAsync(session.Id)).ShouldBeNull();
    }

    [Theory]
    [InlineData(Termination.SignedOut)]
    [InlineData(Termination.Replaced)]
    [InlineData(Termination.Provider)]
    public async Task End_Here_EndsThePagesThereAndSaysWhy(Termination why)
    {
        var session = await OfAsync(await SignInAsync());
        await using var page = await OpenThereAsync(session);
        await there.WatchPagesAsync();
        page.Circuit.Ended.ShouldBeNull();

        await here.EndAsync(session, why);
        await there.WatchPagesAsync();

        page.Circuit.Ended.ShouldBe(why);
    }

    [Fact]
    public async Task Tenant_ChosenHere_EndsThePagesThereThatShowTheOneBefore()
    {
        var key = await SignInAsync();
        await using var page = await OpenThereAsync(await OfAsync(key));

        await here.ChooseAsync(await OfAsync(key), "b");
        await there.WatchPagesAsync();

        page.Circuit.Ended.ShouldBe(Termination.TenantChanged);
        (await there.RetrieveAsync(key)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Act_Here_KeepsThePagesThereOpen()
    {
        var session = await OfAsync(await SignInAsync());
        await using var page = await OpenThereAsync(session);
        await there.WatchPagesAsync();
        time.Advance(TimeSpan.FromMinutes(29));
        await here.FindAsync(session.Id, renew: true);
        await here.WriteAsync();
        time.Advance(TimeSpan.FromMinutes(29));

        await there.WatchPagesAsync();
        await there.SweepAsync();

        (await there.PeekAsync(session.Id)).ShouldNotBeNull();
        page.Circuit.Ended.ShouldBeNull();
    }

    [Fact]
    public async Task Check_DueInBoth_IsMadeOnceAndBothKnowTheAnswer()
    {
        var key = await SignInAsync();
        var (mine, theirs) = (await OfAsync(key), (await there.FindAsync((await OfAsync(key)).Id, renew: false))!);
        for (var round = 0; round < 3; round++)
        {
            time.Advance(TimeSpan.FromSeconds(60));
            var (asking, waiting) = (checks.CurrentAsync(mine), checksThere.CurrentAsync(theirs));
            await Task.WhenAny(asking, waiting);
            await DoneAsync(Task.WhenAll(asking, waiting));
            (mine, theirs) = ((await asking)!, (await waiting)!);
            mine.Version.ShouldBe(theirs.Version);
        }

        sent.Order(StringComparer.Ordinal).ShouldBe(["r1", "r1+", "r1++"]);
    }

    [Fact]
    public async Task Check_OfAProcessThatDiedMeanwhile_IsMadeByTheOtherAMinuteLater()
    {
        var session = await OfAsync(await SignInAsync());
        time.Advance(TimeSpan.FromSeconds(60));
        (await dashboard.Services.GetRequiredService<SessionRows>().TakeCheckAsync(session.RowId, session.CheckedAt, TimeSpan.FromMinutes(1))).ShouldBeTrue();
        await DoneAsync(checksThere.CurrentAsync(session));
        sent.ShouldBeEmpty();

        time.Advance(TimeSpan.FromSeconds(60));
        while (sent.IsEmpty)
        {
            // The look for the other's answer may not have come to its end yet.
            await DoneAsync(checksThere.CurrentAsync((await there.FindAsync(session.Id, renew: false))!));
        }

        sent.ShouldBe(["r1"]);
    }

    [Fact]
    public async Task End_ThatCannotBeWritten_HoldsHereAndIsWrittenLater()
    {
        var key = await SignInAsync();
        var session = await OfAsync(key);
        await RunAsync("CREATE TRIGGER refuse BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'disk'); END");

        await here.EndAsync(session, Termination.SignedOut);

        (await here.RetrieveAsync(key)).ShouldBeNull();
        (await there.RetrieveAsync(key)).ShouldNotBeNull();
        await RunAsync("DROP TRIGGER refuse");
        await here.WriteAsync();
        (await there.RetrieveAsync(key)).ShouldBeNull();
    }

    [Fact]
    public async Task Key_WithAnotherSecret_OpensNothing()
    {
        var session = await OfAsync(await SignInAsync());

        (await here.RetrieveAsync(SessionKey.Make(session.RowId, out _))).ShouldBeNull();
        await here.EndAsync(SessionKey.Make(session.RowId, out _), Termination.SignedOut);
        (await here.FindAsync(session.Id, renew: false)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Ticket_InAnotherSessionsRow_DoesNotOpen()
    {
        var (first, second) = (await SignInAsync(), await SignInAsync());
        var (from, to) = ((await OfAsync(first)).RowId, (await OfAsync(second)).RowId);
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(tenantId: null, async db =>
        {
            var ticket = (await db.Set<SessionRow>().SingleAsync(s => s.Id == from)).Ticket;
            return await db.Set<SessionRow>().Where(s => s.Id == to).ExecuteUpdateAsync(set => set.SetProperty(s => s.Ticket, ticket).SetProperty(s => s.Version, 9));
        });

        (await there.RetrieveAsync(second)).ShouldBeNull();
        (await there.RetrieveAsync(first)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Claims_ThatDifferInCaseAlone_AreToldApart()
    {
        var key = await SignInAsync(new Claim("ROLES", "owner"));

        (await there.RetrieveAsync(key))!.Principal.FindAll("roles").Select(c => c.Value).ShouldBe(["admin"]);
    }

    [Fact]
    public async Task Sweep_OfWhatHasEnded_LeavesNothingOfIt()
    {
        var session = await OfAsync(await SignInAsync());
        await here.EndAsync(session, Termination.SignedOut);
        time.Advance(SessionRows.Kept);

        await here.SweepAsync();

        (await dashboard.Services.GetRequiredService<SessionRows>().FindAsync(session.RowId)).ShouldBeNull();
    }

    /// <summary>Lets the clock go on until whoever waits for another process's answer has looked for it.</summary>
    private async Task DoneAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await task;
    }

    private static Task RunAsync(Database database, string sql) => database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(sql));

    private Task RunAsync(string sql) => RunAsync(dashboard.Services.GetRequiredService<Database>(), sql);

    private Task<string> SignInAsync(params Claim[] more)
    {
        var properties = new AuthenticationProperties();
        properties.SetString(Session.TenantItem, "a");
        properties.StoreTokens([new AuthenticationToken { Name = "refresh_token", Value = "r1" }]);
        return here.StoreAsync(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "ana"), new Claim("tenant_id", "a"), new Claim("roles", "admin"), .. more], "token")),
            properties,
            SignInSchemes.Session));
    }

    private async Task<Session> OfAsync(string key) => (await here.FindAsync((await here.RetrieveAsync(key))!.Principal, renew: false))!;

    /// <summary>A page that is open in the other process.</summary>
    private async Task<OpenThere> OpenThereAsync(Session session)
    {
        var http = new HttpContextAccessor { HttpContext = new DefaultHttpContext { User = session.Principal } };
        var circuit = new OpenCircuit(pages, there, http, time);
        await circuit.OnCircuitOpenedAsync(null!, CancellationToken.None);
        return new OpenThere(circuit);
    }

    private sealed record OpenThere(OpenCircuit Circuit) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Circuit.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

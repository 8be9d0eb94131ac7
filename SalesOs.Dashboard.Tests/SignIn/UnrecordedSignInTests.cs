using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>The audit log can't be written: nobody comes in, and everybody can leave.</summary>
public sealed class UnrecordedSignInTests : IAsyncLifetime
{
    private RunningDashboard dashboard = null!;
    private Visitor visitor = null!;

    public async ValueTask InitializeAsync()
    {
        dashboard = await RunningDashboard.StartAsync(map: Visitor.MapMirror, settings: ["--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=None"]);
        visitor = new Visitor(dashboard);
    }

    public async ValueTask DisposeAsync()
    {
        visitor.Dispose();
        await dashboard.DisposeAsync();
    }

    [Theory]
    [InlineData("en", "Nobody can sign in just now")]
    [InlineData("pt-BR", "Ninguém pode entrar agora")]
    public async Task SignIn_IsRefusedOnAPageAndNoSessionBegins(string language, string title)
    {
        await BreakAsync();

        var page = await visitor.SignInAsync();

        page.RequestMessage!.RequestUri!.PathAndQuery.ShouldBe("/sign-in/failed?reason=unrecorded");
        visitor.SessionCookie.ShouldBeNull();
        using var client = dashboard.NewClient();
        client.DefaultRequestHeaders.Add("Accept-Language", language);
        WebUtility.HtmlDecode(await client.GetStringAsync("/sign-in/failed?reason=unrecorded")).ShouldContain($"<h1>{title}</h1>");
    }

    [Fact]
    public async Task SignIn_ThatIsRefused_LeavesTheSessionBefore()
    {
        await visitor.SignInAsync();
        await BreakAsync();

        await visitor.SignInAsync("auditor@acme.test");

        (await visitor.WhoAsync()).ShouldBe(Visitor.Admin);
    }

    [Fact]
    public async Task SignOut_EndsTheSessionAndIsWrittenOnceItCanBe()
    {
        await visitor.SignInAsync();
        await BreakAsync();

        var page = await visitor.SignOutAsync();

        page.RequestMessage!.RequestUri!.PathAndQuery.ShouldBe("/signed-out");
        visitor.SessionCookie.ShouldBeNull();
        (await dashboard.DetailsAsync(KeyHouse.Acme, AuditActions.SignedOut)).ShouldBeEmpty();
        await RunAsync("DROP TRIGGER refuse");
        ((string?)(await dashboard.DetailsAsync(KeyHouse.Acme, AuditActions.SignedOut)).ShouldHaveSingleItem()["reason"]).ShouldBe("person");
    }

    private Task BreakAsync() => RunAsync("CREATE TRIGGER refuse BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'disk'); END");

    private Task RunAsync(string sql) => dashboard.Services.GetRequiredService<Database>().WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(sql));
}

using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.KeyList.More;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Components.KeyList;

/// <summary>The list as the page's form asks for it.</summary>
public sealed class KeyDownloadTests : IAsyncLifetime
{
    private RunningDashboard dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        dashboard = await RunningDashboard.StartAsync(map: Visitor.MapMirror);
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        await keys.CreateAsync(new NewKey("=1+1"), KeyHouse.Admin());
        await keys.CreateAsync(new NewKey("bound", Scopes: [Scopes.LeadsRead]), KeyHouse.Admin());
        await keys.CreateAsync(new NewKey("foreign"), KeyHouse.Admin(KeyHouse.Beta));
    }

    public ValueTask DisposeAsync() => dashboard.DisposeAsync();

    [Theory]
    [InlineData("/integrations/api-keys", 2)]
    [InlineData("/integrations/api-keys?full_access=true", 1)]
    [InlineData("/integrations/api-keys?full_access=nonsense&used_since=99&page=7", 2)]
    [InlineData("/integrations/api-keys?used_since=2000-01-01", 0)]
    [InlineData("", 2)]
    [InlineData("not an address:99999%", 2)]
    public async Task Auditor_WithTheFormsToken_GetsWhatThePageShowsAndItIsRecorded(string address, int keys)
    {
        using var answer = await PostAsync("auditor@acme.test", address);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(keys + 1);
        lines.ShouldAllBe(line => !line.Contains("foreign") && !line.Contains(",=1+1,"));
        (await ExportsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Anybody_WithoutTheToken_GetsNothingAndNothingIsRecorded()
    {
        using var visitor = new Visitor(dashboard);
        (await visitor.PostAsync(KeyDownload.Path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await visitor.SignInAsync("auditor@acme.test");

        (await visitor.PostAsync(KeyDownload.Path)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync("manager@acme.test", "/")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ExportsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Export_WhoseEntryCannotBeWritten_Is503AndGivesNothing()
    {
        await dashboard.Services.GetRequiredService<Database>().WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(
            "CREATE TRIGGER refuse BEFORE INSERT ON audit_entries WHEN NEW.Action = '" + AuditActions.KeysExported + "' BEGIN SELECT RAISE(ABORT, 'disk'); END"));

        using var refused = await PostAsync("auditor@acme.test", "/");

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await refused.Content.ReadAsStringAsync()).ShouldNotContain("bound");
    }

    private async Task<HttpResponseMessage> PostAsync(string person, string address)
    {
        using var visitor = new Visitor(dashboard);
        await visitor.SignInAsync(person);
        using var client = dashboard.NewClient(followRedirects: false, visitor.Cookies);
        var token = await client.GetStringAsync("/test/form");
        return await client.PostAsync(
            KeyDownload.Path, new FormUrlEncodedContent([KeyValuePair.Create("address", address), KeyValuePair.Create("__RequestVerificationToken", token)]));
    }

    private async Task<long> ExportsAsync() =>
        (await dashboard.Services.GetRequiredService<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.KeysExported), KeyHouse.Auditor())).Value!.Total;
}

using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Components.AuditLog;

/// <summary>The export as the page's form asks for it.</summary>
public sealed class AuditDownloadTests : IAsyncLifetime
{
    private RunningDashboard dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        dashboard = await RunningDashboard.StartAsync(map: Visitor.MapMirror);
        (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("=HYPERLINK(\"https://evil.test\")"), KeyHouse.Admin())).Done.ShouldBeTrue();
    }

    public ValueTask DisposeAsync() => dashboard.DisposeAsync();

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("jsonl", "application/x-ndjson")]
    public async Task Auditor_WithTheFormsToken_GetsAFileThatIsRecordedAndKeptByNoCache(string format, string type)
    {
        using var answer = await PostAsync("auditor@acme.test", ("format", format), ("action", AuditActions.KeyCreated));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain(AuditActions.KeyCreated);
        text.ShouldNotContain(AuditActions.SignedIn, Case.Sensitive, "the filter of the page holds for the file");
        (await ExportsAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("format", "xml")]
    [InlineData("action", "key.invented")]
    [InlineData("actor", "a\u0001")]
    [InlineData("key", "not-an-id")]
    [InlineData("from", "yesterday")]
    [InlineData("to", "2026-02-30T00:00:00Z")]
    public async Task Filter_ThatIsMalformed_Is400AsInTheApi(string field, string value)
    {
        (await PostAsync("auditor@acme.test", (field, value))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ExportsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Anybody_WithoutTheToken_GetsNothingAndNothingIsRecorded()
    {
        using var visitor = new Visitor(dashboard);
        await visitor.SignInAsync("auditor@acme.test");

        (await visitor.PostAsync(AuditDownload.Path)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ExportsAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("csv")]
    public async Task Export_WhoseEntryCannotBeWritten_Is503AndGivesNothing(string format)
    {
        var database = dashboard.Services.GetRequiredService<Database>();
        await database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync(
            "CREATE TRIGGER refuse BEFORE INSERT ON audit_entries WHEN NEW.Action = '" + AuditActions.Exported + "' BEGIN SELECT RAISE(ABORT, 'disk'); END"));

        using (var refused = await PostAsync("auditor@acme.test", ("format", format)))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Content.Headers.ContentDisposition.ShouldBeNull();
            (await refused.Content.ReadAsStringAsync()).ShouldNotContain(AuditActions.SignedIn);
        }

        await database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("DROP TRIGGER refuse"));
        using var answer = await PostAsync("auditor@acme.test", ("format", format));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ExportsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Manager_LackingTheCapability_IsRefused()
    {
        using var answer = await PostAsync("manager@acme.test", ("format", "csv"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ExportsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_IsRefused()
    {
        using var visitor = new Visitor(dashboard);

        (await visitor.PostAsync(AuditDownload.Path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<HttpResponseMessage> PostAsync(string person, params (string Name, string Value)[] fields)
    {
        using var visitor = new Visitor(dashboard);
        await visitor.SignInAsync(person);
        using var client = dashboard.NewClient(followRedirects: false, visitor.Cookies);
        var token = await client.GetStringAsync("/test/form");
        return await client.PostAsync(
            AuditDownload.Path, new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), KeyValuePair.Create("__RequestVerificationToken", token)]));
    }

    private async Task<long> ExportsAsync() =>
        (await dashboard.Services.GetRequiredService<AuditQueries>().ListAsync(new AuditFilter(Action: AuditActions.Exported), KeyHouse.Auditor())).Value!.Total;
}

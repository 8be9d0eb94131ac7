using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Tests.Audit;

namespace SalesOs.Dashboard.Tests.Hosting;

public sealed class SettingsWatchTests : IDisposable
{
    private const string Hush = "a-secret-that-nobody-reads";

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Start_WithOtherSettings_NamesTheirKeysAndNoValue()
    {
        (await StartAsync()).ShouldHaveSingleItem()["first"]!.GetValue<bool>().ShouldBeTrue();
        (await StartAsync()).Count.ShouldBe(1, "nothing changed");

        var entries = await StartAsync("--Gate:WindowSeconds=60", "--Oidc:ClientSecret=" + Hush, "--Roles:helper=audit.integrations");

        entries.Count.ShouldBe(2);
        Keys(entries[1]).ShouldBe("Gate:WindowSeconds Oidc:ClientSecret Roles:helper");
        entries[1].ToJsonString().ShouldNotContain(Hush);
        entries[1].ToJsonString().ShouldNotContain("audit.integrations");
        Keys((await StartAsync("--Gate:WindowSeconds=60", "--Oidc:ClientSecret=other"))[2]).ShouldBe("Oidc:ClientSecret Roles:helper");
        Keys((await StartAsync())[3]).ShouldBe("Gate:WindowSeconds Oidc:ClientSecret");
    }

    [Fact]
    public async Task Change_WhileTheProgramRuns_IsWritten()
    {
        await using var dashboard = await RunningDashboard.StartAsync(
            directory: directory,
            configure: builder => builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("Roles:helper", "")]));
        var configuration = dashboard.Services.GetRequiredService<IConfiguration>();
        configuration["Roles:helper"] = "audit.integrations";

        ((IConfigurationRoot)configuration).Reload();

        for (var tries = 0; tries < 500 && (await dashboard.EntriesAsync(AuditLog.Platform, AuditActions.SettingsChanged)).Count < 2; tries++)
        {
            await Task.Delay(10);
        }

        Keys((await dashboard.DetailsAsync(AuditLog.Platform, AuditActions.SettingsChanged))[1]).ShouldBe("Roles:helper");
    }

    private static string Keys(JsonObject detail) => string.Join(' ', detail["keys"]!.AsArray().Select(k => (string?)k));

    private async Task<List<JsonObject>> StartAsync(params string[] settings)
    {
        await using var dashboard = await RunningDashboard.StartAsync(directory: directory, settings: settings);
        return await dashboard.DetailsAsync(AuditLog.Platform, AuditActions.SettingsChanged);
    }
}

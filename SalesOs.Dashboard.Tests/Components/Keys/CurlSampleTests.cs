using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Reveal;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class CurlSampleTests
{
    [Fact]
    public async Task Sample_RunByBash_IsLetIn()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var admin = new Caller(CallerKind.User, "u1", "acme", "Acme", "Ana", "ana@acme.test", ["admin"], Capabilities.All);
        using var scope = dashboard.Services.CreateScope();
        var created = (await scope.ServiceProvider.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Sample"), admin)).Value.ShouldNotBeNull();

        var (exit, output) = await RunAsync(CurlSample.For(created.ApiKey, dashboard.BaseAddress.ToString().TrimEnd('/')), created.Secret);

        exit.ShouldBe(0, output);
        JsonDocument.Parse(output).RootElement.GetProperty("data").GetProperty("name").GetString().ShouldBe("Sample");
    }

    [Fact]
    public async Task Sample_WithoutTheSecret_SaysWhatToSet()
    {
        var (exit, _) = await RunAsync(CurlSample.For("sk_live_x", "http://127.0.0.1:9"), secret: null);

        exit.ShouldBe(1);
    }

    private static async Task<(int Exit, string Output)> RunAsync(string script, string? secret)
    {
        var start = new ProcessStartInfo("bash", ["-s"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["no_proxy"] = "127.0.0.1";
        start.Environment.Remove(EnvFile.SecretName);
        if (secret is not null)
        {
            start.Environment[EnvFile.SecretName] = secret;
        }

        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return (bash.ExitCode, output);
    }
}

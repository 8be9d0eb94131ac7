using System.Diagnostics;
using Microsoft.Playwright;
using SalesOs.Dashboard.Components.Keys.Samples;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Each sample is saved from the page as it is printed there, and run by the language's own runtime: it is let in.</summary>
public sealed class SampleRunTests(Chromium chromium) : IAsyncLifetime
{
    private const string SecretName = "SALESOS_API_KEY_SECRET";

    /// <summary>The programs that a sample needs.</summary>
    private static readonly Dictionary<string, string[]> Runtimes = new(StringComparer.Ordinal)
    {
        ["bash"] = ["bash", "openssl", "curl", "od"],
        ["node"] = ["node"],
        ["python"] = ["python3"],
        ["csharp"] = ["dotnet"],
        ["php"] = ["php"],
    };

    private readonly string folder = Directory.CreateTempSubdirectory("salesos-samples-").FullName;
    private readonly Dictionary<string, string> printed = new(StringComparer.Ordinal);
    private RunningDashboard dashboard = null!;
    private string secret = "";

    public async ValueTask InitializeAsync()
    {
        dashboard = await RunningDashboard.StartAsync();
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: "pt-BR");
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        await admin.Button("Criar chave de API").First.ClickAsync();
        await admin.Page.GetByLabel("Nome", new() { Exact = true }).FillAsync("Exemplo");
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Criar chave de API" }).ClickAsync();
        await admin.Button("Mostrar Segredo da chave de API").ClickAsync();
        var shown = admin.Page.GetByRole(AriaRole.Textbox, new() { Name = "Segredo da chave de API" });
        await Assertions.Expect(shown).ToContainTextAsync("salesos_secret_");
        secret = await shown.InnerTextAsync();
        foreach (var sample in Sample.All)
        {
            await admin.Page.GetByRole(AriaRole.Tab, new() { Name = sample.Name, Exact = true }).ClickAsync();
            var panel = admin.Page.GetByRole(AriaRole.Tabpanel, new() { Name = sample.Name, Exact = true });
            await Assertions.Expect(panel).ToContainTextAsync(sample.Run);
            printed[sample.Id] = (await panel.Locator("pre").TextContentAsync())!;
        }

        printed.Values.ShouldAllBe(text => !text.Contains(secret));
        admin.Troubles.ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await dashboard.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task EverySample_RunAsThePagePrintsIt_IsLetIn()
    {
        var missing = Runtimes.Values.SelectMany(programs => programs).Where(program => !IsThere(program)).ToList();
        foreach (var sample in Sample.All.Where(sample => !Runtimes[sample.Id].Any(missing.Contains)))
        {
            var file = Path.Combine(folder, sample.File);
            await File.WriteAllTextAsync(file, printed[sample.Id]);
            var (exit, output) = await RunAsync(sample.Run, secret);
            exit.ShouldBe(0, $"{sample.Name}: {output}");
            output.ShouldContain("\"name\":\"Exemplo\"", Case.Sensitive, sample.Name);

            var (refused, answer) = await RunAsync(sample.Run, secret[..^1] + (secret[^1] == 'A' ? 'B' : 'A'));
            refused.ShouldNotBe(0, $"{sample.Name} says that it was refused");
            answer.ShouldContain("UNAUTHORIZED", Case.Sensitive, sample.Name);
            var (unset, told) = await RunAsync(sample.Run, secret: null);
            unset.ShouldNotBe(0, sample.Name);
            told.ShouldContain($"Defina antes {SecretName}", Case.Sensitive, sample.Name);
        }

        if (missing.Count > 0)
        {
            var what = $"Not on this machine, so its sample was not run: {string.Join(", ", missing)}. test.sh installs it.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", what);
            Assert.Fail(what);
        }
    }

    private static bool IsThere(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)));

    private async Task<(int Exit, string Output)> RunAsync(string command, string? secret)
    {
        var words = command.Split(' ');
        var start = new ProcessStartInfo(words[0], words[1..]) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["no_proxy"] = "127.0.0.1";
        // What the test host was started with is not a user's.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove(SecretName);
        if (secret is not null)
        {
            start.Environment[SecretName] = secret;
        }

        using var running = Process.Start(start)!;
        var errors = running.StandardError.ReadToEndAsync();
        var output = await running.StandardOutput.ReadToEndAsync();
        await running.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (running.ExitCode, output + await errors);
    }
}

using Microsoft.Playwright;
using SalesOs.Dashboard.Components.Keys.Samples;
using SalesOs.Dashboard.Tests.Components.Keys;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Each sample is saved from the page as it is printed there, and run by the language's own runtime: it is let in.</summary>
public sealed class SampleRunTests(Chromium chromium) : IAsyncLifetime
{
    private static readonly SampleCall WhoAmI = SampleCall.Signed[0];

    private readonly string folder = Directory.CreateTempSubdirectory("salesos-samples-").FullName;
    private readonly Dictionary<string, string> printed = new(StringComparer.Ordinal);
    private RunningDashboard dashboard = null!;
    private string apiKey = "";
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
        apiKey = await admin.Page.GetByRole(AriaRole.Textbox, new() { Name = "Chave de API", Exact = true }).InnerTextAsync();
        foreach (var sample in Sample.Signed)
        {
            await admin.Page.GetByRole(AriaRole.Tab, new() { Name = sample.Name, Exact = true }).ClickAsync();
            var panel = admin.Page.GetByRole(AriaRole.Tabpanel, new() { Name = sample.Name, Exact = true });
            await Assertions.Expect(panel).ToContainTextAsync(sample.Run(WhoAmI));
            printed[sample.Id] = (await panel.Locator("pre").TextContentAsync())!;
        }

        printed.Values.ShouldAllBe(text => !text.Contains(secret) && !text.Contains(apiKey));
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
        foreach (var sample in Sample.Signed.Where(SampleProcess.CanRun))
        {
            var run = sample.Run(WhoAmI);
            var file = Path.Combine(folder, sample.File(WhoAmI));
            await File.WriteAllTextAsync(file, printed[sample.Id]);
            var (exit, output, errors) = await SampleProcess.RunAsync(folder, run, (SampleProcess.KeyName, apiKey), (SampleProcess.SecretName, secret));
            exit.ShouldBe(0, $"{sample.Name}: {output}{errors}");
            output.ShouldContain("\"name\":\"Exemplo\"", Case.Sensitive, sample.Name);

            var wrong = secret[..^1] + (secret[^1] == 'A' ? 'B' : 'A');
            var (refused, answer, complaint) = await SampleProcess.RunAsync(folder, run, (SampleProcess.KeyName, apiKey), (SampleProcess.SecretName, wrong));
            refused.ShouldNotBe(0, $"{sample.Name} says that it was refused");
            (answer + complaint).ShouldContain("UNAUTHORIZED", Case.Sensitive, sample.Name);
            var (unset, _, told) = await SampleProcess.RunAsync(folder, run, (SampleProcess.KeyName, apiKey), (SampleProcess.SecretName, ""));
            unset.ShouldNotBe(0, sample.Name);
            told.ShouldContain($"Defina antes {SampleProcess.SecretName}", Case.Sensitive, sample.Name);
        }

        SampleProcess.DemandAll();
    }
}

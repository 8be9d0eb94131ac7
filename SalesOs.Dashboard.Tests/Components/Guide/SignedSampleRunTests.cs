using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Samples;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Sales;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Components.Keys;
using static SalesOs.Dashboard.Tests.Components.Guide.GuideDashboard;

namespace SalesOs.Dashboard.Tests.Components.Guide;

/// <summary>Each sample of a signed call is saved as the guide prints it and run as the guide says, and what it says it did has happened.</summary>
[Trait("Speed", "Slow")]
public sealed class SignedSampleRunTests(GuideDashboard house) : IClassFixture<GuideDashboard>
{
    [Fact]
    public async Task EverySample_OfEachLanguage_DoesWhatItSays()
    {
        var printed = await SampleFolder.PrintedAsync(house, "en");
        printed.Count(sample => Sample.Signed.Any(way => way.Name == sample.Tab)).ShouldBe(SampleCall.Signed.Count * Sample.Signed.Count);
        await Parallel.ForEachAsync(
            Sample.Signed.Where(SampleProcess.CanRun),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (way, _) => await RunAllAsync(way, [.. printed.Where(sample => sample.Tab == way.Name)]));
        SampleProcess.DemandAll();
    }

    [Fact]
    public async Task Example_InPython_PrintsTheValuesOfThePage()
    {
        Assert.SkipUnless(SampleProcess.CanRun(Sample.Signed.Single(way => way.Id == "python")), "There is no python3; test.sh installs it.");
        using var folder = new SampleFolder();
        var code = Blocks(await house.MarkdownAsync("en", "authentication")).Single(block => block.Info == "python").Code;
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "example.py"), code);
        var (exit, output, errors) = await SampleProcess.RunAsync(folder.Path, "python3 example.py");
        exit.ShouldBe(0, errors);
        var example = ExampleChain.Of(
            "salesos_secret_test_Vcjqy5CJQYfmt08FMTaipw3AIPWdksz6DKSZgnu29GN2HhLym", "sk_test_7els07els07els07els07els0158arsj", "1750004885", "POST", "/functions/v1/default-integration",
            """{"action":"sync_collaborators","collaborators":[{"external_id":"emp_001","name":"João Silva","email":"joao@example.com"}]}""");
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe([example.K1, example.K2, example.K3, example.K4, example.Digest, example.Signature]);
    }

    private async Task RunAllAsync(Sample way, IReadOnlyList<Block> printed)
    {
        var tenant = "samples-" + way.Id;
        var made = await house.Dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("CRM sync", Scopes: Scopes.All), KeyHouse.Admin(tenant));
        var partition = new DataPartition(tenant, DataEnvironment.Live);
        using var folder = new SampleFolder();
        var id = "";

        (await DataAsync("whoami")).GetProperty("name").GetString().ShouldBe("CRM sync");

        var collaborators = await DataAsync("sync_collaborators");
        collaborators.GetProperty("created").GetInt32().ShouldBe(2);
        await using (var db = house.Dashboard.Services.GetRequiredService<Database>().Read(tenant))
        {
            (await db.Set<Collaborator>().OrderBy(c => c.ExternalId).Select(c => c.Name).ToListAsync()).ShouldBe(["João Silva", "Ana Souza"]);
        }

        (await DataAsync("sync_activities")).GetProperty("processed").GetInt32().ShouldBe(1);
        await using (var db = house.Dashboard.Services.GetRequiredService<Database>().Read(tenant))
        {
            (await db.Set<Activity>().Select(a => a.ExternalId).ToListAsync()).ShouldBe(["call_1001"]);
        }

        var leads = house.Dashboard.Services.GetRequiredService<LeadService>();
        id = (await DataAsync("create_lead")).GetProperty("id").GetString()!;
        (await leads.GetAsync(partition, Guid.Parse(id))).Value!.Name.ShouldBe("Maria Oliveira");
        (await DataAsync("list_leads")).EnumerateArray().Select(lead => lead.GetProperty("id").GetString()).ShouldBe([id]);
        (await DataAsync("read_lead")).GetProperty("company").GetString().ShouldBe("Construtora Horizonte");
        (await DataAsync("update_lead")).GetProperty("status").GetString().ShouldBe("contacted");
        (await leads.GetAsync(partition, Guid.Parse(id))).Value!.Status.ShouldBe(LeadStatus.Contacted);

        async Task<JsonElement> DataAsync(string call) => (await folder.RunAsync(
            printed.Single(sample => sample.File!.StartsWith(call + ".", StringComparison.Ordinal)),
            (SampleProcess.KeyName, made.Value!.ApiKey), (SampleProcess.SecretName, made.Value.Secret), ("LEAD_ID", id))).GetProperty("data");
    }
}

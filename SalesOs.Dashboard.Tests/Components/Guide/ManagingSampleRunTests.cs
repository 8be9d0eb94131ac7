using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Samples;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Components.Keys;

namespace SalesOs.Dashboard.Tests.Components.Guide;

/// <summary>Each sample of a management call is saved as the guide prints it and run as the guide says, and what it says it did has happened.</summary>
[Trait("Speed", "Slow")]
public sealed class ManagingSampleRunTests(GuideDashboard house) : IClassFixture<GuideDashboard>
{
    [Fact]
    public async Task EverySample_OfEachTab_DoesWhatItSays()
    {
        var printed = await SampleFolder.PrintedAsync(house, "pt-BR");
        printed.Count(sample => Sample.Managing.Any(way => way.Name == sample.Tab)).ShouldBe(SampleCall.Managing.Count * Sample.Managing.Count);
        var token = await TokenAsync("admin@acme.test");
        foreach (var way in Sample.Managing.Where(SampleProcess.CanRun))
        {
            var tenant = way.Id == "manage-service" ? "samples-service" : KeyHouse.Acme;
            await RunAllAsync(way, tenant, [.. printed.Where(sample => sample.Tab == way.Name)], token);
        }

        SampleProcess.DemandAll();
    }

    private async Task RunAllAsync(Sample way, string tenant, IReadOnlyList<GuideDashboard.Block> printed, string token)
    {
        var keys = house.Dashboard.Services.GetRequiredService<ApiKeyService>();
        using var folder = new SampleFolder();
        var id = "";

        var made = await DataAsync("create_key");
        made.GetProperty("api_key_secret").GetString().ShouldNotBeNull().ShouldStartWith("salesos_secret_live_");
        id = made.GetProperty("id").GetString()!;
        (await KeyAsync()).Value!.Scopes.ShouldBe([Scopes.DefaultSync]);
        (await DataAsync("list_keys")).EnumerateArray().Select(key => key.GetProperty("id").GetString()).Contains(id, StringComparer.Ordinal).ShouldBeTrue();
        (await DataAsync("rotate_key")).GetProperty("rotated_from").GetString().ShouldBe(id);
        (await KeyAsync()).Value!.RotatedTo.ShouldNotBeNull();
        (await DataAsync("revoke_key")).GetProperty("status").GetString().ShouldBe("revoked");
        (await KeyAsync()).Value!.RevokeReason.ShouldBe("no longer used");
        (await RunAsync("delete_key")).ValueKind.ShouldBe(JsonValueKind.Undefined);
        (await KeyAsync()).Done.ShouldBeFalse();

        Task<SalesOs.Dashboard.Answers.Result<ApiKeyView>> KeyAsync() => keys.GetAsync(Guid.Parse(id), KeyHouse.Admin(tenant));

        async Task<JsonElement> DataAsync(string call) => (await RunAsync(call)).GetProperty("data");

        Task<JsonElement> RunAsync(string call) => folder.RunAsync(
            printed.Single(sample => sample.File!.StartsWith(call + ".", StringComparison.Ordinal)),
            way.Id == "manage-service" ? [("SALESOS_SERVICE_KEY", Platform.ServiceKey), ("SALESOS_TENANT_ID", tenant), ("API_KEY_ID", id)] : [("SALESOS_TOKEN", token), ("API_KEY_ID", id)]);
    }

    private async Task<string> TokenAsync(string person)
    {
        using var answer = await house.Dashboard.Client.PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "password",
            ["client_id"] = "salesos-cli",
            ["username"] = person,
            ["password"] = "development",
        }));
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>A place whose keys are managed in the dashboard alone.</summary>
public sealed class ApiEnabledTests(ApiEnabledTests.WithoutApi place) : IClassFixture<ApiEnabledTests.WithoutApi>
{
    public static TheoryData<string> Operations => [.. ManagementOperation.All.Select(o => o.ToString())];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_WhereTheApiIsOff_Is404InTheEnvelope(string name)
    {
        var operation = ManagementOperation.Of(name);
        var id = Guid.CreateVersion7().ToString();
        using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Method), operation.On(id, id, "1", id));
        request.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        request.Headers.Add("X-Tenant-Id", "t");
        using var client = new HttpClient { BaseAddress = place.Dashboard.BaseAddress };

        using var answer = await client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(404);
        JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("message").GetString().ShouldBe("There is nothing at this address.");
    }

    [Fact]
    public async Task Document_WhereTheApiIsOff_TellsOfTheIntegrationAlone()
    {
        var document = JsonElement.Parse(await place.Dashboard.Client.GetStringAsync("/openapi/v1.json"));

        document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ShouldBe(
            ["/v1/whoami", "/functions/v1/default-integration", "/v1/leads", "/v1/leads/{id}"], ignoreOrder: true);
        document.GetProperty("tags").EnumerateArray().Select(t => t.GetProperty("name").GetString()).ShouldBe(["Integration"]);
        document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(s => s.Name).ShouldBe(["signature"]);
    }

    [Fact]
    public async Task Pages_WhereTheApiIsOff_GoOn()
    {
        using var visitor = new Visitor(place.Dashboard);

        var page = await visitor.SignInAsync(returnUrl: "/integrations/api-keys");

        ((int)page.StatusCode).ShouldBe(200);
        (await new RawRequest("GET", "/v1/whoami").SendAsync(place.Dashboard.BaseAddress)).Status.ShouldBe(401, "the gate goes on");
    }

    public sealed class WithoutApi : SharedDashboard
    {
        protected override IEnumerable<string> Arguments => ["--Api:Enabled=false"];

        // The routes are those of the program alone.
        protected override void Map(WebApplication app)
        {
        }
    }
}

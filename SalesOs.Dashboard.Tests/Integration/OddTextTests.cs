using System.Text.Json;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Integration;

/// <summary>The same for what keys open.</summary>
public class OddTextTests
{
    [Fact]
    public async Task Calls_OfAnyText_AreAnsweredOrRefusedByName()
    {
        await using var host = await IntegrationHost.StartAsync();
        foreach (var text in OddText.Some)
        {
            foreach (var filter in (string[])["search", "source", "status", "sort", "created_after"])
            {
                ((int)(await host.GetAsync($"/v1/leads?{filter}={Uri.EscapeDataString(text)}")).Status).ShouldBeOneOf([200, 400], $"{filter}={Uri.EscapeDataString(text)}");
            }
        }

        foreach (var text in OddText.Some.Select(text => JsonSerializer.Serialize(text)).Concat(OddText.HalfPairs))
        {
            foreach (var field in (string[])["name", "email", "phone", "company", "position", "source"])
            {
                var said = field == "name" ? $"\"name\":{text},\"phone\":\"1\"" : $"\"name\":\"x\",\"{field}\":{text}";
                ((int)(await host.PostAsync("/v1/leads", $"{{{said}}}")).Status).ShouldBeOneOf([201, 400], said);
            }

            var sync = await host.PostAsync(
                "/functions/v1/default-integration", $$"""{"action":"sync_collaborators","collaborators":[{"external_id":{{text}},"name":{{text}},"email":{{text}}},{"external_id":"1","name":{{text}},"email":"a@x.co"}]}""");
            ((int)sync.Status).ShouldBeOneOf([200, 400], text);
            var email = JsonSerializer.Serialize($"{(text.Contains("\\uD8", StringComparison.Ordinal) || text.Contains("\\uDC", StringComparison.Ordinal) ? "x" : JsonSerializer.Deserialize<string>(text))}@x.co");
            ((int)(await host.PostAsync("/functions/v1/default-integration", $$"""{"action":"sync_collaborators","collaborators":[{"external_id":"2","name":"x","email":{{email}}}]}""")).Status).ShouldBe(200, email);
            ((int)(await host.PostAsync(
                "/functions/v1/default-integration", $$"""{"action":"sync_activities","activities":[{"activity_code":"001","external_id":{{text}},"collaborator_email":{{email}}}]}""")).Status).ShouldBeOneOf([200, 400], text);
        }
    }
}

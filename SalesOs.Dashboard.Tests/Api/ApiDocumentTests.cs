using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.Api;

public sealed class ApiDocumentTests(ManagementApi api) : IClassFixture<ManagementApi>
{
    /// <summary>What the validator of the tests understands; a word beyond these would be passed over in silence.</summary>
    private static readonly string[] Understood =
    [
        "type", "properties", "required", "additionalProperties", "items", "enum", "oneOf", "anyOf", "$ref", "format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
        "description", "default",
    ];

    [Fact]
    public async Task Document_IsOpenApi31WithoutFaults()
    {
        var (document, diagnostic) = await LoadAsync();

        diagnostic.Errors.ShouldBeEmpty();
        diagnostic.Warnings.ShouldBeEmpty();
        diagnostic.SpecificationVersion.ShouldBe(OpenApiSpecVersion.OpenApi3_1);
        document.Components!.SecuritySchemes!.Keys.ShouldBe(["bearer", "signature"]);
    }

    [Fact]
    public async Task Document_HasEveryRouteForProgramsAndNoOther()
    {
        var routes = api.Dashboard.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => SignInSchemes.IsForPrograms("/" + e.RoutePattern.RawText!.TrimStart('/')))
            .SelectMany(e => e.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Where(m => m != "HEAD").Select(m => $"{m} /{e.RoutePattern.RawText!.Trim('/')}"));
        var document = (await ApiContract.CurrentAsync()).Document;

        var written = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => $"{o.Key.ToUpperInvariant()} {p.Key}"));

        written.ShouldBe(routes, ignoreOrder: true);
    }

    [Fact]
    public async Task Operation_OfEveryRoute_HasItsSchemeItsWordsAndItsShapes()
    {
        foreach (var (path, operations) in (await ApiContract.CurrentAsync()).Document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                var name = $"{method} {path}";
                operation!["summary"].ShouldNotBeNull(name);
                operation["security"]!.AsArray().Single()!.AsObject().Single().Key
                    .ShouldBe(path.Contains("leads", StringComparison.Ordinal) || path is "/v1/whoami" or "/functions/v1/default-integration" ? "signature" : "bearer", name);
                operation["responses"]!.AsObject().Count(r => r.Key.StartsWith('2')).ShouldBe(1, name);
                foreach (var (status, response) in operation["responses"]!.AsObject())
                {
                    (response!["content"]?["application/json"]?["schema"]?["$ref"] is not null).ShouldBe(status != "204" && name + status is not ("get /v1/audit-entries/export200" or "get /v1/api-keys/export200" or "get /v1/reviews/{id}/report200"), $"{name} {status}");
                }

                (operation["requestBody"] is not null).ShouldBe(method is "post" or "put" or "patch", name);
            }
        }
    }

    [Fact]
    public async Task Schemas_UseWordsAlone_ThatTheValidatorUnderstands()
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, schema) in (await ApiContract.CurrentAsync()).Document["components"]!["schemas"]!.AsObject())
        {
            Gather(schema!.AsObject(), words);
        }

        words.Except(Understood, StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public async Task Queries_ThatAreDocumented_AreReallyRead()
    {
        var key = (await api.CreateAsync()).GetProperty("id").GetString();
        var asked = 0;
        foreach (var (path, operations) in (await ApiContract.CurrentAsync()).Document["paths"]!.AsObject().Where(p => !p.Key.Contains("leads", StringComparison.Ordinal)))
        {
            foreach (var parameter in operations!["get"]?["parameters"]?.AsArray() ?? [])
            {
                if (parameter!["in"]!.GetValue<string>() == "query")
                {
                    var name = parameter["name"]!.GetValue<string>();
                    var reply = await api.SendAsync("auditor@acme.test", "GET", $"{path.Replace("{id}", key, StringComparison.Ordinal)}?{name}=%01");
                    reply.Details.ShouldContain(d => d.StartsWith(name + " ", StringComparison.Ordinal), $"{path} {name}");
                    asked++;
                }
            }
        }

        asked.ShouldBeGreaterThan(15);
    }

    [Theory]
    [InlineData("""{"data":{"whole":true,"entries":1,"first_bad":null,"first":1,"checked_from":1},"meta":{"request_id":"a","timestamp":"2026-11-22T12:00:00.000Z"}}""", true)]
    [InlineData("""{"data":{"whole":true,"entries":1,"first":1,"checked_from":1},"meta":{"request_id":"a","timestamp":"2026-11-22T12:00:00.000Z"}}""", false)]
    [InlineData("""{"data":{"whole":"yes","entries":1,"first_bad":null,"first":1,"checked_from":1},"meta":{"request_id":"a","timestamp":"2026-11-22T12:00:00.000Z"}}""", false)]
    [InlineData("""{"data":{"whole":true,"entries":1,"first_bad":null,"first":1,"checked_from":1,"secret":"x"},"meta":{"request_id":"a","timestamp":"2026-11-22T12:00:00.000Z"}}""", false)]
    [InlineData("""{"data":{"whole":true,"entries":1,"first_bad":null,"first":1,"checked_from":1},"meta":{"request_id":"a","timestamp":"yesterday"}}""", false)]
    [InlineData("""{"data":{"whole":true,"entries":1,"first_bad":null,"first":1,"checked_from":1}}""", false)]
    public async Task Contract_OfAnAnswer_SeesWhatDoesNotFit(string body, bool fits)
    {
        var judging = ApiContract.ShouldAllowAsync("GET", "/v1/audit-entries/verification", 200, body, _ => true);

        (await Record.ExceptionAsync(() => judging) is null).ShouldBe(fits);
    }

    [Fact]
    public async Task Contract_OfAnUndocumentedStatus_SeesIt() =>
        (await Record.ExceptionAsync(() => ApiContract.ShouldAllowAsync("GET", "/v1/audit-entries/verification", 418, "{}", _ => true))).ShouldBeOfType<ShouldAssertException>();

    [Fact]
    public async Task Document_IsServedToAnyoneAndTheSameEachTime()
    {
        using var first = await api.Dashboard.Client.GetAsync("/openapi/v1.json");

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
        var text = await first.Content.ReadAsStringAsync();
        text.ShouldBe(await api.Dashboard.Client.GetStringAsync("/openapi/v1.json"));
        text.ShouldNotContain(api.Dashboard.BaseAddress.Authority);
    }

    private static void Gather(JsonObject schema, HashSet<string> words)
    {
        foreach (var (word, value) in schema)
        {
            words.Add(word);
            IEnumerable<JsonNode?> inner = word switch
            {
                "properties" => value!.AsObject().Select(p => p.Value),
                "oneOf" or "anyOf" => value!.AsArray(),
                "items" or "additionalProperties" => [value],
                _ => [],
            };
            foreach (var part in inner.OfType<JsonObject>())
            {
                Gather(part, words);
            }
        }
    }

    private async Task<(OpenApiDocument Document, OpenApiDiagnostic Diagnostic)> LoadAsync()
    {
        var read = OpenApiDocument.Parse(await api.Dashboard.Client.GetStringAsync("/openapi/v1.json"), "json");
        return (read.Document!, read.Diagnostic!);
    }
}

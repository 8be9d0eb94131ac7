using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing.Template;
using NJsonSchema;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>
/// The OpenAPI document as a judge of answers: every answer that the tests get from the program under <c>/v1</c> and <c>/functions/v1</c> passes here.
/// </summary>
public sealed class ApiContract
{
    private static readonly Lazy<Task<ApiContract>> Current = new(ReadAsync);

    private IReadOnlyDictionary<string, JsonSchema> schemas = null!;
    private readonly List<(TemplateMatcher Path, string Template, JsonObject Operations)> paths = [];

    private ApiContract(JsonObject document) => Document = document;

    public JsonObject Document { get; }

    public static Task<ApiContract> CurrentAsync() => Current.Value;

    /// <summary>Throws when the document does not allow this answer to this request.</summary>
    /// <param name="target">Path and query, as they were sent.</param>
    public static async Task ShouldAllowAsync(string method, string target, int status, string body, Func<string, bool> hasHeader)
    {
        if (IsForPrograms(target))
        {
            (await CurrentAsync()).ShouldAllow(method.ToUpperInvariant(), target, status, body, hasHeader);
        }
    }

    /// <summary>The operation that a request reaches: its template and what the document says of it; null when it reaches none.</summary>
    public (string Template, JsonObject Operation)? OperationOf(string method, string target)
    {
        var path = Uri.UnescapeDataString(target.Split('?')[0]);
        foreach (var (matcher, template, operations) in paths)
        {
            if (path.StartsWith('/') && matcher.TryMatch(path, []) && operations[method.ToLowerInvariant()] is JsonObject operation)
            {
                return (template, operation);
            }
        }

        return null;
    }

    private static bool IsForPrograms(string target) =>
        (target.StartsWith("/v1/", StringComparison.Ordinal) || target.StartsWith("/functions/v1/", StringComparison.Ordinal)) && !target.Contains("/test/", StringComparison.Ordinal);

    private static async Task<ApiContract> ReadAsync()
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        using var client = new HttpClient();
        var contract = new ApiContract(JsonNode.Parse(await client.GetStringAsync(new Uri(dashboard.BaseAddress, "/openapi/v1.json")))!.AsObject());
        foreach (var (template, operations) in contract.Document["paths"]!.AsObject().OrderBy(p => p.Key.Contains('{', StringComparison.Ordinal)))
        {
            contract.paths.Add((new TemplateMatcher(TemplateParser.Parse(template.TrimStart('/')), []), template, operations!.AsObject()));
        }

        // The shared shapes of OpenAPI 3.1 are JSON Schema, but for the place where they stand.
        var shapes = new JsonObject { ["definitions"] = contract.Document["components"]!["schemas"]!.DeepClone() };
        var schema = await JsonSchema.FromJsonAsync(shapes.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal));
        contract.schemas = schema.Definitions.AsReadOnly();
        return contract;
    }

    private void ShouldAllow(string method, string target, int status, string body, Func<string, bool> hasHeader)
    {
        var request = $"{method} {target} {status}";
        var reached = OperationOf(method, target);
        if (reached is not { } found)
        {
            // No such route, or not with this method: Kestrel's refusals before routing have no body, all others the envelope.
            if (body.Length > 0)
            {
                ShouldFit("ErrorEnvelope", body, request);
            }

            return;
        }

        if (body.Length == 0 && status is 400 or 408 or 411 or 414 or 431 or 505)
        {
            return;
        }

        var response = found.Operation["responses"]![status.ToString(CultureInfo.InvariantCulture)].ShouldNotBeNull($"{request} is not documented: {body}");
        foreach (var (header, _) in response["headers"]?.AsObject().Where(h => h.Value?["required"]?.GetValue<bool>() == true) ?? [])
        {
            hasHeader(header).ShouldBeTrue($"{request} lacks {header}");
        }

        if (response["content"]?["application/json"]?["schema"]?["$ref"]?.GetValue<string>() is { } schema)
        {
            ShouldFit(schema.Split('/')[^1], body, request);
        }
        else if (response["content"] is null)
        {
            body.ShouldBeEmpty(request);
        }
    }

    private void ShouldFit(string schema, string body, string request)
    {
        var faults = schemas[schema].Validate(body);
        faults.ShouldBeEmpty($"{request} does not fit {schema}: {string.Join("; ", faults)}\n{body}");
    }
}

/// <summary>Shows a client's answers to the contract.</summary>
internal sealed class ContractHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        if (request.Method != HttpMethod.Head)
        {
            await ApiContract.ShouldAllowAsync(
                request.Method.Method,
                request.RequestUri!.PathAndQuery,
                (int)answer.StatusCode,
                await answer.Content.ReadAsStringAsync(cancellationToken),
                name => answer.Headers.Contains(name));
        }

        return answer;
    }
}

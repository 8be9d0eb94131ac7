using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Api;
using SalesOs.Dashboard.Components.Frame;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary>Writes the OpenAPI 3.1 document of both APIs from their routes: what each takes and gives stands beside it (<see cref="RouteDocumentation"/>).</summary>
internal static class ApiDocument
{
    public const string Name = "v1";

    private const string Management = "Management";
    private const string Integration = "Integration";
    private const string Bearer = "bearer";
    private const string Signature = "signature";
    private const string Json = "application/json";

    private static readonly ErrorCode[] OfEveryRoute =
        [ErrorCode.ValidationError, ErrorCode.Unauthorized, ErrorCode.Forbidden, ErrorCode.RateLimited, ErrorCode.ServerError, ErrorCode.Unavailable];

    private static readonly string[] OfEverySignedAnswer = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", SignedCall.ExpiryHeader];

    private static readonly ErrorCode[] OfEveryBody = [ErrorCode.PayloadTooLarge, ErrorCode.UnsupportedMediaType];

    public static void AddApiDocument(this IServiceCollection services)
    {
        // The document's writer reads the shapes of the contracts by these.
        services.ConfigureHttpJsonOptions(options => Envelope.Configure(options.SerializerOptions));
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            // HEAD is GET without its body, at every route.
            options.ShouldInclude = route => route.HttpMethod != HttpMethods.Head && SignInSchemes.IsForPrograms("/" + route.RelativePath);
            options.AddSchemaTransformer(ShapeAsync);
            options.AddOperationTransformer(DescribeAsync);
            options.AddDocumentTransformer(Introduce);
        });
    }

    private static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var managed = context.ApplicationServices.GetRequiredService<ApiOptions>().Enabled;
        document.Info = new OpenApiInfo
        {
            Title = context.ApplicationServices.GetRequiredService<SiteOptions>().TitleOf("SalesOS API"),
            Version = ProductVersion.Text,
            Description = managed
                ? "The management API, for programs that manage API keys (bearer tokens), and the integration API, which the keys open (signed requests)."
                : "The integration API, which API keys open (signed requests). The keys are managed in the dashboard alone.",
        };
        // Where it is served from, whatever the address, unless programs call another.
        document.Servers = [new OpenApiServer { Url = context.ApplicationServices.GetRequiredService<SiteOptions>().ApiAddress ?? "/" }];
        var integration = new OpenApiTag { Name = Integration, Description = "What the keys open." };
        document.Tags = managed
            ? new HashSet<OpenApiTag> { new() { Name = Management, Description = "API keys, what comes in with them, and the audit log." }, integration }
            : new HashSet<OpenApiTag> { integration };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An access token of the identity provider, or a service key of the platform, which names its tenant in X-Tenant-Id.",
            },
            [Signature] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "Authorization",
                Description = "P2S-SIGN-V1 API_KEY:TIMESTAMP:SIGNATURE, a new signature for each request.",
            },
        };
        if (!managed)
        {
            document.Components.SecuritySchemes.Remove(Bearer);
        }

        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations ?? []).Select(o => o.Value))
        {
            var scheme = operation.Metadata?.ContainsKey(Signature) == true ? Signature : Bearer;
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, document)] = [] }];
        }

        return Task.CompletedTask;
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var signed = metadata.OfType<SignedRoute>().FirstOrDefault();
        operation.Metadata = new Dictionary<string, object>(StringComparer.Ordinal);
        if (signed is not null)
        {
            operation.Metadata[Signature] = true;
            operation.Description = signed.Scope is null ? "For any valid key." : $"For keys with the scope `{signed.Scope}`, or with none.";
        }

        operation.Tags = new HashSet<OpenApiTagReference> { new(signed is null ? Management : Integration, context.Document) };
        operation.Parameters = [.. operation.Parameters ?? [], .. metadata.OfType<TakenParameter>().Select(ParameterOf)];
        if (signed is null)
        {
            operation.Parameters.Add(ParameterOf(new TakenParameter(
                ApiProblems.TenantHeader, InHeader: true, typeof(string), "For the platform, and for people of several tenants: the one that is meant.", [])));
        }

        var body = metadata.OfType<TakenBody>().FirstOrDefault();
        if (body is not null)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.Required,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [Json] = new() { Schema = await ComponentAsync(context, body.Type, cancellationToken) },
                },
            };
        }

        foreach (var given in metadata.OfType<GivenAnswer>())
        {
            var status = given.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
            operation.Responses ??= [];
            if (given.Envelope is null)
            {
                operation.Responses.Clear();
                operation.Responses[status] = new OpenApiResponse { Description = "Done; there is no body." };
            }

            AddHeaders(operation.Responses[status], [RequestId.Header, .. given.Headers, .. signed is null ? [] : OfEverySignedAnswer]);
        }

        foreach (var file in metadata.OfType<GivenFile>())
        {
            operation.Responses = new OpenApiResponses
            {
                ["200"] = new OpenApiResponse
                {
                    Description = "The file.",
                    Content = file.MediaTypes.ToDictionary(
                        type => type, _ => new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } }, StringComparer.Ordinal),
                },
            };
            AddHeaders(operation.Responses["200"], [RequestId.Header, .. file.Headers]);
        }

        ErrorCode[] refusals =
        [
            .. OfEveryRoute,
            .. body is null ? [] : OfEveryBody,
            .. signed is not null ? [ErrorCode.PayloadTooLarge, ErrorCode.UnsupportedMediaType, ErrorCode.ReplayedRequest, ErrorCode.KeyPaused] : Array.Empty<ErrorCode>(),
            .. metadata.OfType<GivenErrors>().SelectMany(r => r.Codes),
        ];
        var error = await ComponentAsync(context, typeof(ErrorEnvelope), cancellationToken);
        foreach (var codes in refusals.Distinct().GroupBy(code => new Problem(code, "").Status).OrderBy(codes => codes.Key))
        {
            var response = new OpenApiResponse
            {
                Description = string.Join(" or ", codes.Select(code => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString()))),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [Json] = new() { Schema = error } },
            };
            AddHeaders(response, codes.Key is 429 or 503 ? [RequestId.Header, "Retry-After"] : [RequestId.Header]);
            operation.Responses![codes.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] = response;
        }
    }

    /// <summary>A shape that many operations name stands in the document once.</summary>
    private static async Task<OpenApiSchemaReference> ComponentAsync(OpenApiOperationTransformerContext context, Type type, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(type.Name) != true)
        {
            document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, parameterDescription: null, cancellationToken));
        }

        return new OpenApiSchemaReference(type.Name, document);
    }

    private static void AddHeaders(IOpenApiResponse response, IEnumerable<string> names)
    {
        ((OpenApiResponse)response).Headers = names.ToDictionary(
            name => name,
            IOpenApiHeader (name) => new OpenApiHeader { Required = name != SignedCall.ExpiryHeader, Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
            StringComparer.Ordinal);
    }

    private static OpenApiParameter ParameterOf(TakenParameter taken)
    {
        var schema = new OpenApiSchema { Type = JsonSchemaType.String };
        if (taken.Type.IsEnum)
        {
            schema.Enum = [.. Enum.GetNames(taken.Type).Select(name => (JsonNode)JsonNamingPolicy.SnakeCaseLower.ConvertName(name))];
        }
        else if (taken.Choices.Count > 0)
        {
            schema.Enum = [.. taken.Choices.Select(choice => (JsonNode)choice)];
        }
        else if (taken.Type == typeof(int))
        {
            schema.Type = JsonSchemaType.Integer;
            schema.Minimum = "1";
        }
        else if (taken.Type == typeof(bool))
        {
            schema.Type = JsonSchemaType.Boolean;
        }
        else if (taken.Type == typeof(Guid))
        {
            schema.Format = "uuid";
        }
        else if (taken.Type == typeof(DateTimeOffset))
        {
            schema.Format = "date-time";
        }

        return new OpenApiParameter
        {
            Name = taken.Name,
            In = taken.InHeader ? ParameterLocation.Header : ParameterLocation.Query,
            Description = taken.Description,
            Schema = schema,
        };
    }

    /// <summary>What the writer can't see: that a field which may be absent has a type, and that an answer's record always has all of its members.</summary>
    private static async Task ShapeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        // Which of several shapes an answer has is told by the request's action, not by a field of it.
        schema.Discriminator = null;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>))
        {
            var inner = type.GetGenericArguments()[0];
            if (inner == typeof(JsonElement))
            {
                schema.Type = JsonSchemaType.Object | JsonSchemaType.Null;
                return;
            }

            var shape = await context.GetOrCreateSchemaAsync(inner, parameterDescription: null, cancellationToken);
            (schema.Type, schema.Format, schema.Items, schema.Enum) = (shape.Type, shape.Format, shape.Items, shape.Enum);
            if (!inner.IsValueType)
            {
                schema.Type |= JsonSchemaType.Null;
            }
        }
        else if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        else if ((Nullable.GetUnderlyingType(type) ?? type) is var number && (number == typeof(int) || number == typeof(long)))
        {
            schema.Type = number == type ? JsonSchemaType.Integer : JsonSchemaType.Integer | JsonSchemaType.Null;
            schema.Format = number == typeof(int) ? "int32" : "int64";
        }
        else if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var property in context.JsonTypeInfo.Properties.Where(p => p.AssociatedParameter is { HasDefaultValue: false }))
            {
                schema.Required ??= new HashSet<string>(StringComparer.Ordinal);
                schema.Required.Add(property.Name);
            }
        }
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SalesOs.Dashboard.Answers;

/// <summary>
/// The JSON envelope of every answer to a program: <c>{ data, meta }</c> or <c>{ error, meta }</c>, in snake_case.
/// </summary>
public static class Envelope
{
    /// <summary>How every contract record is read and written: snake_case, no unknown or duplicate names, times in UTC with milliseconds and Z.</summary>
    public static JsonSerializerOptions Json { get; } = MakeJson();

    /// <summary>Writes <c>{ "data": …, "meta": … }</c>.</summary>
    public static IResult Ok<T>(T data, int status = StatusCodes.Status200OK) => new EnvelopeResult<T>(data, Page: null, status);

    /// <summary>Writes one page of a list; <c>meta</c> carries <c>total</c>, <c>page</c>, <c>per_page</c> and <c>total_pages</c>.</summary>
    /// <param name="gaps">What the list does not hold although it happened, by name; for lists that are kept within bounds.</param>
    public static IResult List<T>(IReadOnlyList<T> data, long total, int page, int perPage, IReadOnlyDictionary<string, long>? gaps = null) =>
        new EnvelopeResult<IReadOnlyList<T>>(data, new PageMeta(total, page, perPage, gaps), StatusCodes.Status200OK);

    public static IResult Error(Problem problem) => new ProblemResult(problem);

    /// <summary>Writes the error at once; for middleware, which has no result to return. Does nothing when the answer has begun.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        context.Response.StatusCode = problem.Status;
        if (problem.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var error = new ErrorBody(problem.CodeText, problem.Message, problem.Details, problem.RetryAfter);
        return WriteBodyAsync(context, new ErrorEnvelope(error, Meta.Of(context, page: null)));
    }

    private static Task WriteBodyAsync<T>(HttpContext context, T body)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        // A HEAD answer has the headers alone; Kestrel drops the body. An answer that was begun is always finished, also when the caller has
        // gone: broken off before its first byte, Kestrel would not have heard that the connection is to be closed, and would read on.
        return JsonSerializer.SerializeAsync(context.Response.Body, body, Json, CancellationToken.None);
    }

    private static JsonSerializerOptions MakeJson()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            PropertyNameCaseInsensitive = false,
            NumberHandling = JsonNumberHandling.Strict,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            MaxDepth = 32,
            // Text is escaped for JSON alone; it is never written into HTML.
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new UtcMillisecondsConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed record DataEnvelope<T>(T Data, Meta Meta);

    private sealed record ErrorEnvelope(ErrorBody Error, Meta Meta);

    private sealed record ErrorBody(
        string Code,
        string Message,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldFault>? Details,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter);

    private sealed record PageMeta(long Total, int Page, int PerPage, IReadOnlyDictionary<string, long>? Gaps);

    private sealed record Meta(string RequestId, DateTimeOffset Timestamp)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public long? Total { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? Page { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? PerPage { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public long? TotalPages { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyDictionary<string, long>? Gaps { get; init; }

        public static Meta Of(HttpContext context, PageMeta? page)
        {
            var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
            return new Meta(Answers.RequestId.Of(context), now)
            {
                Total = page?.Total,
                Page = page?.Page,
                PerPage = page?.PerPage,
                TotalPages = page is null ? null : (page.Total + page.PerPage - 1) / page.PerPage,
                Gaps = page?.Gaps,
            };
        }
    }

    private sealed record EnvelopeResult<T>(T Data, PageMeta? Page, int Status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            return WriteBodyAsync(httpContext, new DataEnvelope<T>(Data, Meta.Of(httpContext, Page)));
        }
    }

    private sealed record ProblemResult(Problem Problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, Problem);
    }
}

/// <summary>ISO-8601 in UTC with exactly three decimals and <c>Z</c>; reads any ISO-8601 time that names its offset.</summary>
public sealed class UtcMillisecondsConverter : JsonConverter<DateTimeOffset>
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { } text && TryParse(text, out var value)
            ? value
            : throw new JsonException("A time is written as ISO-8601 with its offset, such as 2026-12-31T23:59:59Z.");

    /// <summary>False for what is not ISO-8601 or leaves the offset open; the value is in UTC.</summary>
    public static bool TryParse(string text, out DateTimeOffset value)
    {
        if ((text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal))
            && text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var parsed))
        {
            value = parsed.ToUniversalTime();
            return true;
        }

        value = default;
        return false;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToUniversalTime().ToString(Format, CultureInfo.InvariantCulture));
}

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
    /// <param name="at">The time that <c>meta</c> tells; null: the clock's.</param>
    public static IResult Ok<T>(T data, int status = StatusCodes.Status200OK, DateTimeOffset? at = null) => new DataResult<T>(data, status, at);

    /// <summary>Writes one page of a list; <c>meta</c> carries <c>total</c>, <c>page</c>, <c>per_page</c> and <c>total_pages</c>.</summary>
    /// <param name="gaps">What the list does not hold although it happened, by name; for lists that are kept within bounds.</param>
    public static IResult List<T>(IReadOnlyList<T> data, long total, int page, int perPage, IReadOnlyDictionary<string, long>? gaps = null) =>
        new ListResult<T>(data, total, page, perPage, gaps);

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

        var error = new ErrorBody(problem.Code, problem.Message) { Details = problem.Details, RetryAfter = problem.RetryAfter };
        return WriteBodyAsync(context, new ErrorEnvelope(error, new Meta(RequestId.Of(context), Now(context))));
    }

    private static Task WriteBodyAsync<T>(HttpContext context, T body)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        // A HEAD answer has the headers alone; Kestrel drops the body. An answer that was begun is always finished, also when the caller has
        // gone: broken off before its first byte, Kestrel would not have heard that the connection is to be closed, and would read on.
        return JsonSerializer.SerializeAsync(context.Response.Body, body, Json, CancellationToken.None);
    }

    /// <summary>Sets other options to write and read as <see cref="Json"/> does.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.MaxDepth = 32;
        // Text is escaped for JSON alone; it is never written into HTML.
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new UtcMillisecondsConverter());
        options.Converters.Add(new WholeNumberConverter<int>());
        options.Converters.Add(new WholeNumberConverter<long>());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    private static JsonSerializerOptions MakeJson()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private static DateTimeOffset Now(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private sealed record DataResult<T>(T Data, int Status, DateTimeOffset? At) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            return WriteBodyAsync(httpContext, new DataEnvelope<T>(Data, new Meta(RequestId.Of(httpContext), At ?? Now(httpContext))));
        }
    }

    private sealed record ListResult<T>(IReadOnlyList<T> Data, long Total, int Page, int PerPage, IReadOnlyDictionary<string, long>? Gaps) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var pages = (Total + PerPage - 1) / PerPage;
            return WriteBodyAsync(httpContext, new ListEnvelope<T>(Data, new ListMeta(RequestId.Of(httpContext), Now(httpContext), Total, Page, PerPage, pages) { Gaps = Gaps }));
        }
    }

    private sealed record ProblemResult(Problem Problem) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => Problem.Status;

        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, Problem);
    }
}

/// <summary>ISO-8601 in UTC with exactly three decimals and <c>Z</c>; reads what <see cref="Rfc3339"/> reads.</summary>
public sealed class UtcMillisecondsConverter : JsonConverter<DateTimeOffset>
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { } text && Rfc3339.TryParse(text, out var value)
            ? value
            : throw new JsonException("A time " + Rfc3339.Rule + ".");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToUniversalTime().ToString(Format, CultureInfo.InvariantCulture));
}

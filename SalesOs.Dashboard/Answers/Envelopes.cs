using System.Text.Json.Serialization;

namespace SalesOs.Dashboard.Answers;

/// <summary>Of every answer.</summary>
/// <param name="RequestId">Equal to <c>X-Request-Id</c>.</param>
public sealed record Meta(string RequestId, DateTimeOffset Timestamp);

/// <summary>Of one page of a list.</summary>
/// <param name="Total">Of all pages.</param>
/// <param name="Page">From 1.</param>
public sealed record ListMeta(string RequestId, DateTimeOffset Timestamp, long Total, int Page, int PerPage, long TotalPages)
{
    /// <summary>What the list does not hold although it happened, by name; for lists that are kept within bounds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, long>? Gaps { get; init; }
}

public sealed record DataEnvelope<T>(T Data, Meta Meta);

public sealed record ListEnvelope<T>(IReadOnlyList<T> Data, ListMeta Meta);

public sealed record ErrorEnvelope(ErrorBody Error, Meta Meta);

/// <param name="Message">For people; it may change.</param>
public sealed record ErrorBody([property: JsonConverter(typeof(ErrorCodeConverter))] ErrorCode Code, string Message)
{
    /// <summary>Every fault of every field.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldFault>? Details { get; init; }

    /// <summary>Whole seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetryAfter { get; init; }
}

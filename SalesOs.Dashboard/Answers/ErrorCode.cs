using System.Text.Json;
using System.Text.Json.Serialization;

namespace SalesOs.Dashboard.Answers;

/// <summary>The closed list of error codes; each has one HTTP status (<see cref="Problem.Status"/>).</summary>
public enum ErrorCode
{
    ValidationError,
    Unauthorized,
    Forbidden,
    KeyPaused,
    NotFound,
    MethodNotAllowed,
    Conflict,
    Policy,
    ApprovalRequired,
    ReplayedRequest,
    PreconditionFailed,
    PayloadTooLarge,
    UnsupportedMediaType,
    IdempotencyMismatch,
    RateLimited,
    ServerError,
    Unavailable,
}

/// <summary>One fault of one field. <paramref name="Index"/> is the row in a batch, from 0.</summary>
public sealed record FieldFault(
    string Field,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Index = null)
{
    /// <summary>Unicode code points: a field that nobody knows may have a name of any length.</summary>
    public const int LongestName = 64;

    [JsonPropertyOrder(-1)]
    public string Field { get; } = Shortened(Field);

    /// <summary>What of a text that a caller made up is told back to them: its first <see cref="LongestName"/> code points.</summary>
    public static string Shortened(string text) => CodePoints.Count(text) > LongestName ? CodePoints.Cut(text, LongestName) + "…" : text;
}

/// <summary>One way to say no.</summary>
/// <param name="RetryAfter">Whole seconds, for <see cref="ErrorCode.RateLimited"/>, <see cref="ErrorCode.Unavailable"/> and a <see cref="ErrorCode.KeyPaused"/> whose end is known.</param>
public sealed record Problem(ErrorCode Code, string Message, IReadOnlyList<FieldFault>? Details = null, int? RetryAfter = null)
{
    /// <summary>An answer to thousands of faults would be larger than the request that made them.</summary>
    public const int MaxDetails = 100;

    /// <summary>400 for the named fields. All of them are listed, up to <see cref="MaxDetails"/>; the message tells how many there are beyond.</summary>
    public static Problem Invalid(IReadOnlyList<FieldFault> faults) => faults.Count <= MaxDetails
        ? new Problem(ErrorCode.ValidationError, "The request has fields that are wrong; details names each.", faults)
        : new Problem(
            ErrorCode.ValidationError,
            FormattableString.Invariant($"The request has {faults.Count} faults; details names the first {MaxDetails}."),
            [.. faults.Take(MaxDetails)]);

    public int Status => Code switch
    {
        ErrorCode.ValidationError => StatusCodes.Status400BadRequest,
        ErrorCode.Unauthorized => StatusCodes.Status401Unauthorized,
        ErrorCode.Forbidden or ErrorCode.KeyPaused => StatusCodes.Status403Forbidden,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ErrorCode.Conflict or ErrorCode.Policy or ErrorCode.ApprovalRequired or ErrorCode.ReplayedRequest => StatusCodes.Status409Conflict,
        ErrorCode.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
        ErrorCode.PayloadTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        ErrorCode.IdempotencyMismatch => StatusCodes.Status422UnprocessableEntity,
        ErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorCode.ServerError => StatusCodes.Status500InternalServerError,
        ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
    };
}

/// <summary>Writes a code as the contract has it, such as <c>NOT_FOUND</c>.</summary>
public sealed class ErrorCodeConverter() : JsonStringEnumConverter<ErrorCode>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false);

using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Gate;

/// <summary>How each rejection is told to the caller. All 401s are one and the same: an outsider learns nothing about which keys exist.</summary>
internal static class GateProblems
{
    private static readonly Problem Unauthorized = new(ErrorCode.Unauthorized, "Invalid or expired API key or signature");

    public static Problem Of(SignedCall call, Verdict verdict) => verdict switch
    {
        Verdict.LetIn => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "Not a rejection."),
        Verdict.MalformedRequest => new Problem(
            ErrorCode.ValidationError,
            "Malformed request: use an upper-case method, a plain path without dot segments, backslashes or fragments, and a body with a Content-Length or in chunks"),
        Verdict.EncodedBody => new Problem(ErrorCode.UnsupportedMediaType, "Content-Encoding is not supported: send the body as it is signed"),
        Verdict.BodyTooLarge => new Problem(ErrorCode.PayloadTooLarge, "The body is larger than this route takes"),
        Verdict.MalformedAuthorization or Verdict.OutsideWindow or Verdict.UnknownKey or Verdict.BadSignature or Verdict.Revoked or Verdict.Expired
            => Unauthorized,
        Verdict.Paused => call.Key.Pause?.AnswerAt(call.Now.ToUnixTimeMilliseconds()) == PauseAnswer.Unauthorized ? Unauthorized : new Problem(ErrorCode.KeyPaused, "This API key is paused", RetryAfter: call.RetryAfter == 0 ? null : call.RetryAfter),
        Verdict.AddressNotAllowed => new Problem(ErrorCode.Forbidden, "This API key is not allowed from this address"),
        Verdict.MissingScope => new Problem(ErrorCode.Forbidden, $"This API key lacks the scope {call.Route.Scope}"),
        Verdict.RateLimited => new Problem(
            ErrorCode.RateLimited,
            "The API key's requests for this hour are used up",
            RetryAfter: (int)Math.Max(1, call.ResetAt - call.Now.ToUnixTimeSeconds())),
        Verdict.Replayed => new Problem(ErrorCode.ReplayedRequest, "This signed request was already accepted: sign again with a new timestamp"),
        Verdict.ReplayMemoryFull => new Problem(ErrorCode.Unavailable, "Too many signed requests at once: try again shortly", RetryAfter: 1),
        Verdict.AfterMemoryLoss => new Problem(ErrorCode.Unavailable, "It can't be told for a moment which requests were accepted before: sign again after Retry-After", RetryAfter: call.RetryAfter),
        Verdict.SharedMemoryAway => new Problem(ErrorCode.Unavailable, "The server can't decide on signed requests just now: try again shortly", RetryAfter: 1),
        Verdict.NoRoomForBody => new Problem(ErrorCode.Unavailable, "Too many large bodies at once: try again shortly", RetryAfter: 1),
    };
}

using System.Globalization;

namespace SalesOs.Dashboard.Usage;

/// <summary>A rejection's true reason in one English sentence, for the HTTP API. The dashboard has words of its own in its resources.</summary>
public static class RejectionWords
{
    public static string Of(RejectionView rejection) => rejection.Verdict switch
    {
        Verdict.LetIn => throw new ArgumentOutOfRangeException(nameof(rejection), rejection.Verdict, "Not a rejection."),
        Verdict.MalformedRequest => "The request is malformed: the method must be in upper case, the path plain (no dot segments, backslashes or fragments) and the body whole.",
        Verdict.EncodedBody => "The body was sent with a Content-Encoding. Send it as it is signed.",
        Verdict.MalformedAuthorization => "The Authorization header is not of the form P2S-SIGN-V1 API_KEY:TIMESTAMP:SIGNATURE, with digits and lowercase hex.",
        Verdict.OutsideWindow => rejection.Culprit == Culprit.MillisecondTimestamp ? Mistake(rejection.Culprit) : Clock(rejection.SkewSeconds ?? 0),
        Verdict.BodyTooLarge => "The body is larger than this route takes.",
        Verdict.UnknownKey => "There is no such API key.",
        Verdict.BadSignature => Mistake(rejection.Culprit),
        Verdict.Revoked => "The API key is revoked.",
        Verdict.Expired => "The API key has expired.",
        Verdict.Paused => "The API key is paused.",
        Verdict.AddressNotAllowed => $"The address {rejection.Address} is not allowed.",
        Verdict.MissingScope => $"The API key lacks the scope {rejection.Scope}.",
        Verdict.RateLimited => "The API key's requests for the hour were used up.",
        Verdict.Replayed => "The same signed request had been accepted before. Sign each request with a new timestamp.",
        Verdict.ReplayMemoryFull => "Too many signed requests came at once to keep each to a single use.",
        Verdict.AfterMemoryLoss => "For a moment it could not be told whether the request had been accepted before: the server had lost its memory, or its clock was set back. Sign again.",
        Verdict.NoRoomForBody => "Too many large bodies came at once. Send the request again.",
        Verdict.SharedMemoryAway => "The server could not reach what its nodes share. Send the request again.",
    };

    private static string Mistake(Culprit culprit) => culprit switch
    {
        Culprit.None => "The signature does not fit: another secret was used, or the request was changed after signing.",
        Culprit.QueryLeftOut => "The query was left out of PATH. Sign the request target with its query, exactly as it is sent.",
        Culprit.DecodedPath => "PATH was decoded before signing. Sign the request target with its percent-encoding, exactly as it is sent.",
        Culprit.LowerCaseMethod => "METHOD was signed in lower case. Sign it in upper case.",
        Culprit.EmptyBodyDigest => "The digest of an empty body was signed, but the request has a body. Sign the digest of the raw body.",
        Culprit.MinifiedBody => "The body was signed without its white space, but sent with it. Sign the bytes that are sent.",
        Culprit.HexBetweenSteps => "Hex text was used between the steps of the chain. Use the raw bytes of each digest as the next key.",
        Culprit.MillisecondTimestamp => "TIMESTAMP was in milliseconds. Use whole seconds since 1970.",
    };

    private static string Clock(long skewSeconds) => string.Create(
        CultureInfo.InvariantCulture, $"The caller's clock is {Math.Abs(skewSeconds)} s {(skewSeconds < 0 ? "ahead" : "behind")}, or the request came too late.");
}

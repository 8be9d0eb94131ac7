using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Cluster;
using SalesOs.Dashboard.Signing;

namespace SalesOs.Dashboard.Gate;

/// <summary>A signed request: what the checks have found of it, and, once it is let in, what its route works with.</summary>
/// <param name="now">The clock when it came.</param>
public sealed class SignedCall(HttpContext context, SignedRoute route, DateTimeOffset now)
{
    /// <summary>When the key expires, on the answers to its own requests, once that is near.</summary>
    public const string ExpiryHeader = "X-API-Key-Expires-At";

    private static readonly TimeSpan Near = TimeSpan.FromDays(30);

    /// <summary>Who signed it.</summary>
    public RingKey Key => Named ?? throw new InvalidOperationException("The call was not let in.");

    /// <summary>The raw body exactly as it was hashed; empty when there was none.</summary>
    public ReadOnlyMemory<byte> Body { get; internal set; }

    /// <summary>Requests left in this sliding hour.</summary>
    public int Remaining => Grant?.Remaining ?? 0;

    /// <summary>Unix seconds at which one request becomes free again.</summary>
    public long ResetAt => Grant?.ResetAt ?? 0;

    /// <summary>The route could not read the body at all (its media type, or its JSON), so nothing was done: the signature is not used up.</summary>
    public bool IsUnread { get; set; }

    internal HttpContext Context => context;

    internal IHttpRequestFeature Request { get; } = context.Features.GetRequiredFeature<IHttpRequestFeature>();

    internal SignedRoute Route => route;

    /// <summary>From check 1 on.</summary>
    internal SignedAuthorization Authorization { get; set; }

    /// <summary>The known key that the request names, whoever sent it. A change puts another one in its place in the ring, not here.</summary>
    internal RingKey? Named { get; set; }

    /// <summary>Null until it has been read whole; to be disposed.</summary>
    internal SignedBody? Content { get; set; }

    /// <summary>The moment that it is judged by: when it came, or when its body had come.</summary>
    internal DateTimeOffset Now { get; set; } = now;

    /// <summary>How the key's hour stands; set by check 9, and by check 7 or 8 when it fails.</summary>
    internal Grant? Grant { get; set; }

    /// <summary>Seconds; 0 where the verdict alone says when to come again.</summary>
    internal int RetryAfter { get; set; }

    /// <summary>Its signature is in the memory of single use, and is given back if the route fails.</summary>
    internal bool IsRemembered { get; set; }

    /// <summary>The program has sent it to itself, to see whether a revoked key is refused: it is no caller's, and not counted.</summary>
    internal bool IsOwnProbe { get; set; }

    /// <summary>Random; the same whenever the memory is asked for this request.</summary>
    internal long Token { get; } = Random.Shared.NextInt64();

    /// <summary>The call of this request; handlers of signed routes always have one.</summary>
    public static SignedCall Of(HttpContext context) =>
        context.Features.Get<SignedCall>() ?? throw new InvalidOperationException("The route is not behind the gate.");

    /// <summary>
    /// Sets the rate limit's headers, and that of an expiry that is near, on every answer to a request that passed check 6; once more when an answer was cleared to
    /// begin anew.
    /// </summary>
    public void TellKey(HttpResponse response)
    {
        if (this is not { Named: { } key, Grant: { } grant })
        {
            return;
        }

        var headers = response.Headers;
        headers["X-RateLimit-Limit"] = key.RateLimit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = grant.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = grant.ResetAt.ToString(CultureInfo.InvariantCulture);
        if (key.Expires is { } end && end - Now <= Near)
        {
            headers[ExpiryHeader] = end.ToString(UtcMillisecondsConverter.Format, CultureInfo.InvariantCulture);
        }
    }
}

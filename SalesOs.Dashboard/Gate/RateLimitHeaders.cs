using System.Globalization;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Gate;

/// <summary>How the key's sliding hour stands, on every answer to a request that passed check 6.</summary>
internal static class RateLimitHeaders
{
    /// <param name="remaining">Requests left in this sliding hour.</param>
    /// <param name="resetAt">Unix seconds at which one request becomes free again.</param>
    public static void Set(HttpResponse response, RingKey key, int remaining, long resetAt)
    {
        var headers = response.Headers;
        headers["X-RateLimit-Limit"] = key.RateLimit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = resetAt.ToString(CultureInfo.InvariantCulture);
    }
}

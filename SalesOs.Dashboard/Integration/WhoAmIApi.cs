using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Gate;

namespace SalesOs.Dashboard.Integration;

/// <summary>What the key that signed the call is, for a program that wants to check its set-up.</summary>
internal static class WhoAmIApi
{
    public static void MapWhoAmI(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/whoami", Show).RequireSignature().WithSummary("The key that signs, and what is left of its rate limit").Gives<WhoAmI>();

    private static IResult Show(HttpContext context)
    {
        var call = SignedCall.Of(context);
        return Envelope.Ok(new WhoAmI(
            call.Key.TenantId,
            call.Key.Name,
            call.Key.KeyPrefix,
            call.Key.Environment,
            call.Key.Scopes,
            call.Key.RateLimit,
            call.Remaining,
            DateTimeOffset.FromUnixTimeSeconds(call.ResetAt),
            call.Key.Expires));
    }
}

/// <param name="KeyPrefix">The first 16 characters of the API key.</param>
/// <param name="Scopes">Empty means no restriction.</param>
/// <param name="RateLimit">Requests per sliding hour.</param>
/// <param name="ResetAt">When one request becomes free again.</param>
/// <param name="ExpiresAt">Null: never.</param>
public sealed record WhoAmI(
    string TenantId,
    string Name,
    string KeyPrefix,
    KeyEnvironment Environment,
    IReadOnlyList<string> Scopes,
    int RateLimit,
    int Remaining,
    DateTimeOffset ResetAt,
    DateTimeOffset? ExpiresAt);

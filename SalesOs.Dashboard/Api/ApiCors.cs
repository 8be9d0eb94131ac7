using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Net.Http.Headers;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Api;

/// <summary>
/// Lets the pages of named origins call the management API from a browser, with a bearer token: no cookie is let through, and no other route answers a header of CORS.
/// </summary>
public static class ApiCors
{
    internal const string Policy = "management";

    /// <summary>How long a browser remembers what a preflight said.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    public static void AddApiCors(this IServiceCollection services, ApiOptions options) => services.AddCors(cors => cors.AddPolicy(Policy, policy => policy
        .WithOrigins([.. options.CorsOrigins])
        .WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
        .WithHeaders(HeaderNames.Authorization, HeaderNames.ContentType, HeaderNames.IfMatch, IdempotencyKey.Header, ApiProblems.TenantHeader)
        .WithExposedHeaders(RequestId.Header, HeaderNames.ETag, HeaderNames.Location, HeaderNames.Link, HeaderNames.RetryAfter, HeaderNames.ContentDisposition)
        .DisallowCredentials()
        .SetPreflightMaxAge(Remembered)));

    /// <summary>After routing, before anything asks who calls: a preflight carries no token.</summary>
    public static void UseApiCors(this WebApplication app)
    {
        if (AnyOf(app.Services))
        {
            app.UseCors();
        }
    }

    /// <summary>Puts the policy on these routes where an origin is named; where none is, they answer as if there were no CORS.</summary>
    internal static void AllowNamedOrigins(this RouteGroupBuilder api)
    {
        if (AnyOf(((IEndpointRouteBuilder)api).ServiceProvider))
        {
            api.RequireCors(Policy);
        }
    }

    private static bool AnyOf(IServiceProvider services) => services.GetRequiredService<ApiOptions>().CorsOrigins.Count > 0;
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Api;
using SalesOs.Dashboard.Components.Account;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// How often one caller may call the management API, and one address begin or finish a sign-in. Signed requests have a limit of their own, at the gate.
/// Each caller's count is dropped soon after its minute is over.
/// </summary>
internal static class RequestLimits
{
    /// <summary>Of one address, or of one /64 of IPv6: an office signs in from one; a script that tries does so faster.</summary>
    public const int SignInsPerMinute = 120;

    public static void AddRequestLimits(this IServiceCollection services) => services
        .AddRateLimiter(_ => { })
        .AddSingleton(provider => ApiOptions.From(provider.GetRequiredService<IConfiguration>()));

    /// <summary>Before authentication, which answers the callback from the provider itself.</summary>
    public static void UseSignInLimit(this WebApplication app)
    {
        var clock = app.Services.GetRequiredService<TimeProvider>();
        app.UseRateLimiter(new RateLimiterOptions
        {
            GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => context.GetEndpoint()?.Metadata.GetMetadata<SignInStep>() is { } step
                ? RateLimitPartition.Get($"{PlaceOf(context.Connection.RemoteIpAddress)} {step.Name}", _ => new MinuteLimiter(SignInsPerMinute, clock))
                : RateLimitPartition.GetNoLimiter("")),
            RejectionStatusCode = StatusCodes.Status429TooManyRequests,
            OnRejected = (rejected, cancellationToken) =>
            {
                var seconds = SecondsOf(rejected.Lease);
                var context = rejected.HttpContext;
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                context.Response.ContentType = "text/plain; charset=utf-8";
                var words = context.RequestServices.GetRequiredService<Words<AccountTexts>>();
                return new ValueTask(context.Response.WriteAsync(words["TooManySignIns", ("seconds", seconds)], cancellationToken));
            },
        });
    }

    /// <summary>After authorization: whoever is not proven has no share of anyone's limit.</summary>
    public static void UseCallerLimit(this WebApplication app)
    {
        var clock = app.Services.GetRequiredService<TimeProvider>();
        var options = app.Services.GetRequiredService<ApiOptions>();
        app.UseRateLimiter(new RateLimiterOptions
        {
            GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => LimitedSubject(context) is { } subject
                ? RateLimitPartition.Get(subject, _ => new MinuteLimiter(options.RequestsPerMinute, clock))
                : RateLimitPartition.GetNoLimiter("")),
            RejectionStatusCode = StatusCodes.Status429TooManyRequests,
            OnRejected = (rejected, _) => new ValueTask(Envelope.WriteAsync(rejected.HttpContext, new Problem(
                ErrorCode.RateLimited,
                FormattableString.Invariant($"More than {options.RequestsPerMinute} requests in a minute. Wait, then go on."),
                RetryAfter: SecondsOf(rejected.Lease)))),
        });
    }

    /// <summary>The person whose call this is; null for the service role, and for all that is no proven call of a program.</summary>
    private static string? LimitedSubject(HttpContext context) =>
        SignInSchemes.IsForPrograms(context.Request.Path)
        && context.User.Identity is { IsAuthenticated: true, AuthenticationType: not CallerFactory.ServiceAuthenticationType }
            ? context.User.FindFirst("sub")?.Value
            : null;

    private static int SecondsOf(RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;

    /// <summary>Who has one address of IPv6 has its /64.</summary>
    private static string PlaceOf(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => new IPAddress([.. address.GetAddressBytes().Take(8), .. new byte[8]]).ToString(),
        _ => address.ToString(),
    };
}

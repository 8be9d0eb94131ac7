namespace SalesOs.Dashboard.SignIn;

/// <summary>The ways to prove who one is. A path has one family of them: a browser's cookie is never looked at under <c>/v1</c> or <c>/functions/v1</c>.</summary>
public static class SignInSchemes
{
    /// <summary>The default: <see cref="Api"/> for programs' paths, <see cref="Session"/> for all others.</summary>
    public const string ByPath = "by-path";

    /// <summary>A browser's cookie and the ticket that it names.</summary>
    public const string Session = "session";

    /// <summary>The identity provider, by code flow; only <c>/sign-in</c> and <c>/sign-out</c> use it.</summary>
    public const string Provider = "provider";

    /// <summary>Picks <see cref="ServiceKey"/> or <see cref="Jwt"/> by the bearer token.</summary>
    public const string Api = "api";

    /// <summary>A person's access token from the same identity provider.</summary>
    public const string Jwt = "jwt";

    /// <summary>The platform's own programs.</summary>
    public const string ServiceKey = "service-key";

    /// <summary>Policy of the management API: proven by <see cref="Api"/>; what they may do is the domain's to say.</summary>
    public const string ApiPolicy = "api";

    /// <summary>True for paths that only programs call.</summary>
    public static bool IsForPrograms(PathString path) => path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/functions/v1", StringComparison.OrdinalIgnoreCase);
}

using SalesOs.Dashboard.SignIn.BuiltInProvider;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Where the identity provider is. With the built-in one this is known only once the program listens, so ask when a request is there.</summary>
public sealed class ProviderAddress
{
    private readonly SignInSettings settings;
    private readonly ListeningAddress listening;
    private volatile string? signOutOrigin;

    internal ProviderAddress(SignInSettings settings, ListeningAddress listening)
    {
        this.settings = settings;
        this.listening = listening;
    }

    public string Authority => settings.BuiltInProvider ? listening.Origin.AbsoluteUri : settings.Authority;

    /// <summary>Such as <c>https://login.example.com</c>.</summary>
    public string Origin => new Uri(Authority).GetLeftPart(UriPartial.Authority);

    /// <summary>
    /// Where the provider signs people out, as its discovery document has it, which is read before anybody is signed in; null until then. It may be another host
    /// than the authority.
    /// </summary>
    public string? SignOutOrigin => signOutOrigin;

    internal bool RequiresHttps => Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <param name="endSessionEndpoint">As the provider's discovery document has it; null or no address of the web: nowhere.</param>
    internal void SignsOutAt(string? endSessionEndpoint)
    {
        var origin = Uri.TryCreate(endSessionEndpoint, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? address.GetLeftPart(UriPartial.Authority) : null;
        if (origin != signOutOrigin)
        {
            signOutOrigin = origin;
        }
    }

    /// <summary>The program's calls to itself take no proxy and trust its own certificate, which in Development nobody vouches for. Null elsewhere: as usual.</summary>
    internal HttpMessageHandler? Backchannel() => settings.BuiltInProvider
        ? new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => listening.Origin.IsLoopback } }
        : null;
}

using SalesOs.Dashboard.SignIn.BuiltInProvider;

namespace SalesOs.Dashboard.SignIn;

/// <summary>Where the identity provider is. With the built-in one this is known only once the program listens, so ask when a request is there.</summary>
public sealed class ProviderAddress
{
    private readonly SignInSettings settings;
    private readonly ListeningAddress listening;

    internal ProviderAddress(SignInSettings settings, ListeningAddress listening)
    {
        this.settings = settings;
        this.listening = listening;
    }

    public string Authority => settings.BuiltInProvider ? listening.Origin.AbsoluteUri : settings.Authority;

    /// <summary>Such as <c>https://login.example.com</c>: the Content-Security-Policy's <c>form-action</c> must allow it, or browsers stop the sign-out there.</summary>
    public string Origin => new Uri(Authority).GetLeftPart(UriPartial.Authority);

    internal bool RequiresHttps => Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The program's calls to itself take no proxy and trust its own certificate, which in Development nobody vouches for. Null elsewhere: as usual.</summary>
    internal HttpMessageHandler? Backchannel() => settings.BuiltInProvider
        ? new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => listening.Origin.IsLoopback } }
        : null;
}

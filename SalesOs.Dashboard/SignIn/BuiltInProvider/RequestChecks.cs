using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace SalesOs.Dashboard.SignIn.BuiltInProvider;

/// <summary>What a provider with a store would look up: which clients there are, what each may ask for, and where answers may go.</summary>
internal sealed class RequestChecks :
    IOpenIddictServerHandler<ValidateAuthorizationRequestContext>,
    IOpenIddictServerHandler<ValidateTokenRequestContext>,
    IOpenIddictServerHandler<ValidateEndSessionRequestContext>
{
    /// <summary>For scripts: the password grant and nothing else.</summary>
    public const string ScriptClient = "salesos-cli";

    private readonly SignInSettings settings;
    private readonly ListeningAddress listening;

    public RequestChecks(SignInSettings settings, ListeningAddress listening)
    {
        this.settings = settings;
        this.listening = listening;
    }

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (context.ClientId != settings.ClientId)
        {
            context.Reject(Errors.InvalidClient, "The client is not known here.");
        }
        else if (!IsOurs(context.RedirectUri, ProviderSignIn.CallbackPath))
        {
            context.Reject(Errors.InvalidRequest, "The redirect address is not the dashboard's.");
        }

        return default;
    }

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var expected = context.Request.IsPasswordGrantType() ? ScriptClient : settings.ClientId;
        if (context.ClientId != expected)
        {
            context.Reject(Errors.InvalidClient, "The client is not known here or may not use this grant.");
        }

        return default;
    }

    public ValueTask HandleAsync(ValidateEndSessionRequestContext context)
    {
        if (context.PostLogoutRedirectUri is { } address && !IsOurs(address, ProviderSignIn.SignedOutCallbackPath))
        {
            context.Reject(Errors.InvalidRequest, "The redirect address is not the dashboard's.");
        }

        return default;
    }

    /// <summary>The dashboard may be open as <c>127.0.0.1</c> or <c>localhost</c>: both are this program if the port is.</summary>
    private bool IsOurs(string? address, string path)
    {
        var own = listening.Origin;
        return Uri.TryCreate(address, UriKind.Absolute, out var given)
            && given.Scheme == own.Scheme
            && given.Port == own.Port
            && (given.Host == own.Host || (given.IsLoopback && own.IsLoopback))
            && given.UserInfo.Length == 0
            && given.PathAndQuery == path
            && given.Fragment.Length == 0;
    }
}

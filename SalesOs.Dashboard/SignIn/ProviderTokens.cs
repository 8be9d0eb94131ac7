using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace SalesOs.Dashboard.SignIn;

/// <summary>The provider's back doors: tokens for a code or a refresh token, a token's revocation, and what a person's tokens say.</summary>
internal sealed class ProviderTokens(IOptionsMonitor<OpenIdConnectOptions> monitor, ProviderAddress address)
{
    private const string SecretPost = "client_secret_post";

    private OpenIdConnectOptions Options => monitor.Get(SignInSchemes.Provider);

    /// <summary>
    /// Whether the client proves itself in the header alone, which every provider must know (RFC 6749, section 2.3.1). In the form it goes where the provider
    /// says so, as that is how most clients do it.
    /// </summary>
    public static bool TakesHeaderAlone(OpenIdConnectConfiguration provider) =>
        provider.TokenEndpointAuthMethodsSupported is { Count: > 0 } methods && !methods.Contains(SecretPost, StringComparer.Ordinal);

    /// <exception cref="HttpRequestException">The provider is away or broken.</exception>
    public async Task<TokenAnswer> AskAsync(IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken)
    {
        var provider = await ConfigurationAsync(cancellationToken);
        using var answer = await PostAsync(provider, provider.TokenEndpoint, parameters, cancellationToken);
        if (answer.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests)
        {
            throw new HttpRequestException($"The token endpoint answered {(int)answer.StatusCode}.", inner: null, answer.StatusCode);
        }

        try
        {
            return new TokenAnswer(answer.IsSuccessStatusCode, new OpenIdConnectMessage(await answer.Content.ReadAsStringAsync(cancellationToken)));
        }
        catch (ArgumentException fault)
        {
            throw new HttpRequestException("The token endpoint answered something else than JSON.", fault, answer.StatusCode);
        }
    }

    /// <summary>Takes a refresh token back (RFC 7009); nothing where the provider has no such endpoint.</summary>
    /// <exception cref="HttpRequestException">The provider is away.</exception>
    public async Task RevokeAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var provider = await ConfigurationAsync(cancellationToken);
        if (provider.AdditionalData.TryGetValue("revocation_endpoint", out var found) && found?.ToString() is { Length: > 0 } address)
        {
            (await PostAsync(
                provider,
                address,
                [KeyValuePair.Create("token", refreshToken), KeyValuePair.Create("token_type_hint", "refresh_token")],
                cancellationToken)).Dispose();
        }
    }

    /// <summary>The claims of an id token or a logout token if it holds: signature, issuer, audience, lifetime. Keys that have changed at the provider are fetched.</summary>
    /// <param name="parameters">Changes what is asked of it.</param>
    public async Task<TokenValidationResult> ValidateAsync(string token, Action<TokenValidationParameters>? parameters = null)
    {
        var options = Options;
        var asked = options.TokenValidationParameters.Clone();
        asked.ConfigurationManager = (BaseConfigurationManager)options.ConfigurationManager!;
        parameters?.Invoke(asked);
        return await options.TokenHandler.ValidateTokenAsync(token, asked);
    }

    /// <summary>What the provider says of the person now; null where it has no such endpoint.</summary>
    /// <param name="token">The identity of the id token, whose <c>sub</c> must be the answer's too.</param>
    /// <exception cref="HttpRequestException">The provider is away, or gave no usable answer.</exception>
    public async Task<ClaimsIdentity?> UserInfoAsync(string accessToken, ClaimsIdentity token, CancellationToken cancellationToken)
    {
        var provider = await ConfigurationAsync(cancellationToken);
        if (string.IsNullOrEmpty(provider.UserInfoEndpoint))
        {
            return null;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, provider.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var answer = await Options.Backchannel.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            // A signed answer came over the same connection as a plain one.
            var json = answer.Content.Headers.ContentType?.MediaType == "application/jwt" ? Base64UrlEncoder.Decode(new JsonWebToken(body).EncodedPayload) : body;
            using var user = JsonDocument.Parse(json);
            return user.RootElement.TryGetProperty("sub", out var subject) && subject.ValueKind == JsonValueKind.String && subject.GetString() == token.FindFirst("sub")?.Value
                ? UserInfo.ToIdentity(user.RootElement, token)
                : throw new HttpRequestException("The UserInfo endpoint speaks of somebody else.");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new HttpRequestException("The UserInfo endpoint answered something else than a person.", fault, answer.StatusCode);
        }
    }

    private async Task<OpenIdConnectConfiguration> ConfigurationAsync(CancellationToken cancellationToken)
    {
        try
        {
            var provider = await Options.ConfigurationManager!.GetConfigurationAsync(cancellationToken);
            address.SignsOutAt(provider.EndSessionEndpoint);
            return provider;
        }
        catch (InvalidOperationException fault)
        {
            throw new HttpRequestException("The provider's discovery document can't be read.", fault);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(
        OpenIdConnectConfiguration provider,
        string address,
        IEnumerable<KeyValuePair<string, string>> parameters,
        CancellationToken cancellationToken)
    {
        var options = Options;
        var form = new Dictionary<string, string>(parameters, StringComparer.Ordinal) { ["client_id"] = options.ClientId! };
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        if (options.ClientSecret is { Length: > 0 } secret)
        {
            if (TakesHeaderAlone(provider))
            {
                form.Remove("client_id");
                var pair = $"{Uri.EscapeDataString(options.ClientId!)}:{Uri.EscapeDataString(secret)}";
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
            }
            else
            {
                form["client_secret"] = secret;
            }
        }

        request.Headers.Accept.ParseAdd(MediaTypeNames.Application.Json);
        request.Content = new FormUrlEncodedContent(form);
        return await options.Backchannel.SendAsync(request, cancellationToken);
    }
}

/// <param name="Granted">False for an error of RFC 6749, section 5.2, which <paramref name="Message"/> names.</param>
internal sealed record TokenAnswer(bool Granted, OpenIdConnectMessage Message);

using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>As much of a provider as signs tokens that a true one would never send: discovery, its keys, and a token endpoint that answers as it is told.</summary>
internal sealed class StubIssuer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly RsaSecurityKey key = new(RSA.Create(2048)) { KeyId = "one" };

    private StubIssuer(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    /// <summary>What the token endpoint answers.</summary>
    public Func<IFormCollection, IResult> Tokens { get; set; } = Refused;

    /// <summary>The answer to a refresh token that is good no more.</summary>
    public static IResult Refused(IFormCollection form) => Results.Json(new { error = "invalid_grant" }, statusCode: 400);

    public static async Task<StubIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new StubIssuer(builder.Build());
        issuer.app.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["issuer"] = issuer.Address,
            ["jwks_uri"] = $"{issuer.Address}/keys",
            ["authorization_endpoint"] = $"{issuer.Address}/authorize",
            ["token_endpoint"] = $"{issuer.Address}/token",
        });
        issuer.app.MapGet("/keys", () =>
        {
            var web = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(issuer.key.Rsa.ExportParameters(includePrivateParameters: false)) { KeyId = issuer.key.KeyId });
            return new { keys = new[] { new { kty = web.Kty, n = web.N, e = web.E, kid = web.Kid, use = "sig" } } };
        });
        issuer.app.MapPost("/token", async (HttpRequest request) => issuer.Tokens(await request.ReadFormAsync()));
        await issuer.app.StartAsync();
        return issuer;
    }

    public string Sign(JsonObject claims, SecurityKey? with = null) =>
        new JsonWebTokenHandler().CreateToken(claims.ToJsonString(), new SigningCredentials(with ?? key, SecurityAlgorithms.RsaSha256));

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Rsa.Dispose();
    }
}

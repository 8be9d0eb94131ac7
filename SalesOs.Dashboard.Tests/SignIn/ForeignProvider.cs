using System.Diagnostics;
using System.Net.Http.Json;
using SalesOs.Dashboard.Tests.Architecture;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>An identity provider that this product did not write: the npm package <c>oidc-provider</c> in a process of its own (<c>Provider/provider.js</c>).</summary>
internal sealed class ForeignProvider : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(Repository.Top, "SalesOs.Dashboard.Tests", "Provider");

    /// <summary>A start on a busy machine; no test waits this long unless something is broken.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });

    private ForeignProvider(Process process, string issuer)
    {
        this.process = process;
        Issuer = issuer;
    }

    /// <summary>Such as <c>http://127.0.0.1:40123</c>.</summary>
    public string Issuer { get; }

    public static async Task<ForeignProvider> StartAsync()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "oidc-provider")))
        {
            const string Missing = "The npm package oidc-provider was not found; test.sh gets it.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                throw new InvalidOperationException(Missing);
            }

            Assert.Skip(Missing);
        }

        var process = Process.Start(new ProcessStartInfo(NodeJs.Program, "provider.js")
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var complaints = process.StandardError.ReadToEndAsync();
        string? issuer;
        try
        {
            issuer = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw;
        }

        return issuer is null ? throw new InvalidOperationException($"The provider did not start: {await complaints}") : new ForeignProvider(process, issuer);
    }

    /// <summary>A dashboard that signs in here.</summary>
    /// <param name="time">Takes the place of the system's clock.</param>
    /// <param name="behave">The provider's own settings: <c>claimsInToken</c>, <c>header</c>, <c>push</c>, <c>signOutHost</c>.</param>
    public async Task<RunningDashboard> OpenDashboardAsync(TimeProvider? time = null, object? behave = null)
    {
        var dashboard = await RunningDashboard.StartAsync(time, map: Visitor.MapMirror, settings: Settings);
        await ServeAsync(dashboard.BaseAddress, behave);
        return dashboard;
    }

    /// <summary>Those of a dashboard that signs in here, with nested claims: the tenant in <c>organization</c>, roles in <c>realm_access</c>.</summary>
    public string[] Settings =>
    [
        $"--Oidc:Authority={Issuer}",
        "--Oidc:ClientId=dashboard",
        "--Oidc:ClientSecret=dashboards-own-secret",
        "--Oidc:TenantClaim=organization.id",
        "--Oidc:TenantNameClaim=organization.name",
        "--Oidc:RolesClaim=realm_access.roles",
    ];

    /// <summary>From now on it knows the dashboard at this address.</summary>
    /// <param name="behave">As in <see cref="OpenDashboardAsync"/>.</param>
    public Task ServeAsync(Uri dashboard, object? behave = null) =>
        TellAsync("begin", new { origin = dashboard.GetLeftPart(UriPartial.Authority), settings = behave ?? new { claimsInToken = true } });

    /// <summary>What the provider says of a person from now on.</summary>
    public Task PersonAsync(string login, string[] roles, params (string Id, string Name)[] tenants) => TellAsync("person", new
    {
        login,
        claims = new
        {
            name = $"{login} of the provider",
            realm_access = new { roles },
            organization = new { id = tenants.Select(t => t.Id), name = tenants.Select(t => t.Name) },
        },
    });

    public Task DisableAsync(string login) => TellAsync("person", new { login });

    public Task RotateKeysAsync() => TellAsync("rotate", new { });

    /// <summary>An access token for the management API, of a program that is an admin of <c>acme</c>.</summary>
    public async Task<string> ApiTokenAsync()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "script",
            ["client_secret"] = "scripts-own-secret",
        });
        var answer = await client.PostAsync($"{Issuer}/token", form);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("access_token").GetString()!;
    }

    /// <summary>From now on nobody listens there.</summary>
    public async Task StopAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (!process.HasExited)
        {
            await StopAsync();
        }

        process.Dispose();
    }

    private async Task TellAsync(string what, object how) => (await client.PostAsJsonAsync($"{Issuer}/test/{what}", how)).EnsureSuccessStatusCode();
}

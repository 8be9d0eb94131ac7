using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Persistence;
using SalesOs.Dashboard.Tests.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests;

/// <summary>
/// The whole program on a free port of this machine, with the built-in identity provider and a data directory of its own that goes with it.
/// </summary>
public sealed class RunningDashboard : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly bool ownsDirectory;

    private RunningDashboard(WebApplication app, string directory, bool ownsDirectory)
    {
        this.app = app;
        this.ownsDirectory = ownsDirectory;
        DataDirectory = directory;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        BaseAddress = new Uri(addresses!.Addresses.First());
        Client = NewClient();
    }

    /// <summary>Such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri BaseAddress { get; }

    public string DataDirectory { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>A browser of sorts: keeps cookies and follows redirects.</summary>
    public HttpClient Client { get; }

    /// <param name="time">
    /// Takes the place of the system's clock. Let a fake one begin at the true time: cookies and certificates are judged by the true clock outside the program.
    /// </param>
    /// <param name="configure">Changes services after the program has added its own.</param>
    /// <param name="map">Adds routes for a test's own use.</param>
    /// <param name="directory">Goes on from the data that another has left there, and leaves it there in turn.</param>
    /// <param name="settings">Such as <c>--Session:IdleMinutes=5</c>.</param>
    public static async Task<RunningDashboard> StartAsync(
        TimeProvider? time = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<WebApplication>? map = null,
        string? directory = null,
        params string[] settings)
    {
        var own = directory is null;
        directory ??= Directory.CreateTempSubdirectory("salesos-test-").FullName;
        string[] args =
        [
            "--applicationName=SalesOs.Dashboard",
            "--environment=Development",
            "--urls=http://127.0.0.1:0",
            $"--Data:Directory={directory}",
            "--Logging:LogLevel:Default=Warning",
            "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Warning",
            .. (await TestEngine.SettingsAsync(directory)).Select(setting => $"--{setting.Key}={setting.Value}"),
            .. settings,
        ];
        var builder = DashboardHost.CreateBuilder(args);
        builder.AddDashboard();
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddRawSql();
        configure?.Invoke(builder);
        var program = builder.Build();
        program.UseDashboard();
        if (own && program.Services.GetService<DatabaseLocation>() is { } location)
        {
            await MigratedDatabase.PutAsync(location);
        }

        map?.Invoke(program);
        try
        {
            await program.PrepareAsync();
            await program.ListenAsync();
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }

        return new RunningDashboard(program, directory, own);
    }

    /// <summary>Starts a program that must refuse to, with one fault.</summary>
    /// <returns>The line that people read; that it is all they read is shown with the program as a process, by <c>StartFaultTests</c>.</returns>
    public static async Task<string> RefusedAsync(string directory, params string[] settings)
    {
        var fault = await Should.ThrowAsync<StartupFaultException>(async () =>
        {
            await using var started = await StartAsync(directory: directory, settings: settings);
        });
        return fault.Faults.ShouldHaveSingleItem();
    }

    /// <summary>A new browser of sorts, with its own cookies.</summary>
    public HttpClient NewClient(bool followRedirects = true, CookieContainer? cookies = null) => new(new ContractHandler(new SocketsHttpHandler
    {
        AllowAutoRedirect = followRedirects,
        CookieContainer = cookies ?? new CookieContainer(),
        UseProxy = false,
    }))
    {
        BaseAddress = BaseAddress,
    };

    /// <summary>Stops it as SIGTERM does; its services can still be asked.</summary>
    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (ownsDirectory)
        {
            await TestEngine.RemoveAsync(DataDirectory);
            Directory.Delete(DataDirectory, recursive: true);
        }
    }
}

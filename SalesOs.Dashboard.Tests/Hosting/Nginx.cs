using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>A real nginx with settings of the documentation, on a free port with a certificate of its own that nobody vouches for.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-nginx-").FullName;
    private readonly SocketsHttpHandler handler = new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    };

    private Process? process;

    private Nginx() => Address = new Uri($"https://127.0.0.1:{FreePort()}");

    public Uri Address { get; }

    /// <summary>Opens connections to it, whatever its certificate is.</summary>
    public HttpMessageHandler Handler => handler;

    /// <param name="settings">
    /// What stands in the block <c>http</c>, as it is documented; given the address to listen on, such as <c>127.0.0.1:40123</c>, and the files of certificate and key.
    /// </param>
    public static async Task<Nginx> StartAsync(Func<string, string, string, string> settings)
    {
        var program = ((string[])["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"]).FirstOrDefault(File.Exists);
        if (program is null)
        {
            const string Missing = "nginx was not found; test.sh gets it.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                throw new InvalidOperationException(Missing);
            }

            Assert.Skip(Missing);
        }

        var nginx = new Nginx();
        await nginx.BeginAsync(program!, settings);
        return nginx;
    }

    public HttpClient NewClient() => new(handler, disposeHandler: false) { BaseAddress = Address };

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        handler.Dispose();
        if (process is not null)
        {
            // TERM and not KILL: the master takes its workers along.
            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync();
            }

            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(directory, recursive: true);
    }

    private async Task BeginAsync(string program, Func<string, string, string, string> settings)
    {
        var (certificateFile, keyFile) = (Path.Combine(directory, "certificate.pem"), Path.Combine(directory, "key.pem"));
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        }

        var file = Path.Combine(directory, "nginx.conf");
        var folders = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {directory}/{kind};\n"));
        // Workers would go over to a user who may not look into this folder.
        var user = Environment.UserName == "root" ? "user root;" : "";
        await File.WriteAllTextAsync(file, $$"""
            {{user}}
            daemon off;
            pid {{directory}}/nginx.pid;
            worker_processes 1;
            error_log {{directory}}/error.log;
            events { }
            http {
            access_log off;
            {{folders}}
            {{settings(Address.Authority, certificateFile, keyFile)}}
            }
            """);
        process = Process.Start(new ProcessStartInfo(program, ["-p", directory, "-e", Path.Combine(directory, "error.log"), "-c", file]) { UseShellExecute = false })!;
        for (var tries = 0; tries < 1000; tries++)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException("nginx did not start: " + await File.ReadAllTextAsync(Path.Combine(directory, "error.log")));
            }

            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, Address.Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(10);
            }
        }

        throw new TimeoutException("nginx does not listen.");
    }
}

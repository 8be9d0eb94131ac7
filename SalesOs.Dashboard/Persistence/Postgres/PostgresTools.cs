using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>
/// PostgreSQL's own <c>pg_dump</c> and <c>pg_restore</c>, from the folders of <c>PATH</c> and from where Debian puts each version. Everything that they need to connect,
/// the password above all, goes by their environment and never stands on a command line.
/// </summary>
/// <param name="path">Folders with colons between them, in the place of <c>PATH</c>.</param>
internal sealed partial class PostgresTools(PostgresLocation location, string? path = null)
{
    private const string Debian = "/usr/lib/postgresql";
    private const string Authorities = "/etc/ssl/certs/ca-certificates.crt";

    /// <summary>Runs a tool of the server's version, or of the nearest later one.</summary>
    /// <param name="file">Named in what is thrown.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="StartupFaultException">There is none, all are older than the server, or it failed.</exception>
    public async Task<string> RunAsync(string tool, Version server, string file, CancellationToken cancellationToken, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(await FindAsync(tool, server, cancellationToken), arguments, cancellationToken);
        return code == 0 ? output : throw new StartupFaultException($"{file}: {FirstOf(errors) ?? $"{tool} ended with {code.ToString(CultureInfo.InvariantCulture)}."}");
    }

    private static string? FirstOf(string errors) => errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();

    /// <summary>The oldest that is not older than the server: a later one may ask for what the server does not know yet.</summary>
    private async Task<string> FindAsync(string tool, Version server, CancellationToken cancellationToken)
    {
        var folders = (path ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(Directory.Exists(Debian) ? Directory.GetDirectories(Debian).Select(version => Path.Combine(version, "bin")) : []);
        var found = new List<(string Path, int Version)>();
        foreach (var program in folders.Select(folder => Path.Combine(folder, tool)).Where(File.Exists).Distinct(StringComparer.Ordinal))
        {
            var (code, output, _) = await RunAsync(program, ["--version"], cancellationToken);
            if (code == 0 && MajorVersion().Match(output) is { Success: true } match)
            {
                found.Add((program, int.Parse(match.Groups["version"].Value, CultureInfo.InvariantCulture)));
            }
        }

        if (found.Count == 0)
        {
            throw new StartupFaultException($"{tool}: was not found in PATH or {Debian}. Install PostgreSQL's client tools of version {server.Major} (Debian: postgresql-client).");
        }

        var fit = found.Where(f => f.Version >= server.Major).OrderBy(f => f.Version).ToList();
        return fit.Count > 0
            ? fit[0].Path
            : throw new StartupFaultException($"{tool}: {found[0].Path} is of version {found.Max(f => f.Version)} and the server of {server.Major}; install PostgreSQL's client tools of version {server.Major}.");
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in Settings())
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            // Both at once: whoever waits for one of them could fill the other.
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                await process.WaitForExitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }

            return (process.ExitCode, await output, await errors);
        }
        catch (Win32Exception fault)
        {
            throw new StartupFaultException($"{program}: can't be run: {fault.Message}");
        }
    }

    /// <summary>The connection string in the words of PostgreSQL's own library.</summary>
    private IEnumerable<(string Name, string Value)> Settings()
    {
        var parts = new NpgsqlConnectionStringBuilder(location.ConnectionString);
        var tls = parts.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            var other => other.ToString().ToLowerInvariant(),
        };
        // Npgsql trusts the system's authorities where none are named; the library looks for a file of the user's own.
        var authorities = parts.RootCertificate ?? (parts.SslMode is SslMode.VerifyCA or SslMode.VerifyFull && File.Exists(Authorities) ? Authorities : null);
        (string Name, string? Value)[] all =
        [
            ("PGHOST", parts.Host),
            ("PGPORT", parts.Port.ToString(CultureInfo.InvariantCulture)),
            ("PGUSER", parts.Username),
            ("PGDATABASE", parts.Database ?? parts.Username),
            ("PGPASSWORD", parts.Password),
            ("PGPASSFILE", parts.Passfile),
            ("PGSSLMODE", tls),
            ("PGSSLROOTCERT", authorities),
            ("PGSSLCERT", parts.SslCertificate),
            ("PGSSLKEY", parts.SslKey),
            ("PGCONNECT_TIMEOUT", parts.Timeout.ToString(CultureInfo.InvariantCulture)),
            ("PGOPTIONS", string.Join(' ', ((string?[])[parts.Options, string.IsNullOrEmpty(parts.SearchPath) ? null : "-c search_path=" + parts.SearchPath.Replace(" ", "", StringComparison.Ordinal)]).OfType<string>())),
            ("PGAPPNAME", "SalesOS Dashboard"),
            ("LC_ALL", "C"),
        ];
        return all.Where(setting => !string.IsNullOrEmpty(setting.Value)).Select(setting => (setting.Name, setting.Value!));
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<version>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MajorVersion();
}

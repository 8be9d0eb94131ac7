using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>A start that can't be: exit code 1, a line for each fault on the error stream, and nothing else.</summary>
[Trait("Speed", "Slow")]
public sealed class StartFaultTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    private string Data => "--Data:Directory=" + directory;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Settings_WithManyFaults_AreAllNamedAtOnce()
    {
        const string Secret = "bm90IDMyIGJ5dGVz";
        string[] wrong =
        [
            "Data:Directory=", "Database:Provider=Oracle", "Database:ConnectionString=Data Source=:memory:", "MasterKey:Value=" + Secret, "MasterKey:Previous=" + Secret,
            "Oidc:Authority=ftp://x", "Oidc:TenantClaim= ", "Oidc:TenantNameClaim= ", "Oidc:RolesClaim= ", "Session:IdleMinutes=0", "Session:AbsoluteHours=x", "Session:RecheckSeconds=1", "Session:CircuitsPerUser=0",
            "ServiceRole:KeyHashes:0=" + Secret, "Roles:admin=all", "ApiKeys:MaxPerTenant=0", "Api:RequestsPerMinute=0", "Api:Enabled=maybe", "Api:CorsOrigins:0=*", "Api:CorsOrigins:1=https://admin.example.com/", "Audit:RetentionDays=-1", "Gate:WindowSeconds=0", "Gate:MaxBodyBytes=1", "Gate:MaxUnprovenBytes=1", "Gate:SingleUse=yes",
            "Usage:FlushSeconds=0", "Usage:RetentionDays=0", "Proxy:KnownProxies:0=x", "Proxy:KnownNetworks:0=x", "Demo=yes", "Urls=nonsense", "AllowedHosts=keys.example.com:443", "Site:SecurityContact=security@example.com", "Site:Label=" + new string('x', 41), "Site:ApiAddress=https://api.example.com/v1", "Site:Address=keys.example.com",
            "Mail:Host=smtp://mail.example.com", "Mail:Port=0", "Mail:Security=SSL", "Mail:User=notices", "Mail:From=nobody", "Webhooks:AllowPrivateNetworks=maybe",
            "Logging:LogLevel:Default=loud", "Logging:Console:LogLevel:SalesOs=7x",
        ];

        var (code, output, errors) = await ProgramProcess.RunAsync("Development", [.. wrong.Select(w => "--" + w)]);

        code.ShouldBe(1);
        output.ShouldBeEmpty();
        errors.Select(line => line[..line.IndexOf(": ", StringComparison.Ordinal)]).ShouldBe(wrong.Select(w => w[..w.IndexOf('=', StringComparison.Ordinal)]), ignoreOrder: true);
        string.Join('\n', errors).ShouldNotContain(Secret);
    }

    [Fact]
    public async Task SettingsFile_ThatIsNotJson_IsNamed()
    {
        // A settings file of an environment lies beside the program.
        var environment = $"Broken{Guid.NewGuid():N}";
        var file = Path.Combine(AppContext.BaseDirectory, $"appsettings.{environment}.json");
        await File.WriteAllTextAsync(file, "{ \"Api\": ");
        try
        {
            var (code, output, errors) = await ProgramProcess.RunAsync(environment, [Data]);

            code.ShouldBe(1);
            output.ShouldBeEmpty();
            errors.Single().ShouldContain(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("", "Oidc:Authority: ")]
    [InlineData("--Oidc:Authority=http://login.example.com", "Oidc:Authority: ")]
    [InlineData("--Demo=true", "Demo: ")]
    public async Task Production_WithWhatIsForDevelopment_IsRefused(string setting, string fault)
    {
        var (code, output, errors) = await ProgramProcess.RunAsync("Production", [Data, .. setting.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        code.ShouldBe(1);
        output.ShouldBeEmpty();
        errors.ShouldContain(line => line.StartsWith(fault, StringComparison.Ordinal));
        errors.ShouldAllBe(line => line.Contains(": ", StringComparison.Ordinal) && !line.StartsWith(' '));
        Directory.GetFiles(directory).ShouldBeEmpty("nothing was made");
    }

    [Fact]
    public async Task Database_InUseByAnotherProcess_IsRefused()
    {
        var (first, address) = await ProgramProcess.StartAsync(directory);
        await using var running = first;

        var (code, output, errors) = await ProgramProcess.RunAsync("Development", [Data, "--urls=http://127.0.0.1:0"]);

        code.ShouldBe(1, string.Join('\n', [.. output, .. errors]));
        output.ShouldBeEmpty();
        errors.ShouldHaveSingleItem().ShouldStartWith("Data:Directory: another process is running on the database");
        using var client = new HttpClient { BaseAddress = address };
        (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Database_MadeByANewerProgram_IsRefused()
    {
        await using (await RunningDashboard.StartAsync(directory: directory))
        {
        }

        await using var stored = StoredData.Open(directory);
        await stored.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('29991231000000_Later', '99.0.0'); UPDATE "schema_floor" SET "Migration" = '29991231000000_Later'"""));

        (await ShouldBeRejectedAsync("Data:Directory: the database")).ShouldContain("29991231000000_Later");
    }

    [Fact]
    public async Task Database_WithoutItsMasterKey_IsRefused()
    {
        await using (await RunningDashboard.StartAsync(directory: directory))
        {
        }

        File.Delete(Path.Combine(directory, "master.key"));

        await ShouldBeRejectedAsync("MasterKey:File: ");
        File.Exists(Path.Combine(directory, "master.key")).ShouldBeFalse();
    }

    [Fact]
    public async Task MasterKey_ThatIsWrongOrOpenToOthers_IsRefusedWithoutItsValue()
    {
        await using (await RunningDashboard.StartAsync(directory: directory))
        {
        }

        var other = Convert.ToBase64String(new byte[32]);
        (await ShouldBeRejectedAsync("MasterKey:Value", "--MasterKey:Value=" + other)).ShouldNotContain(other);
        await ShouldBeRejectedAsync("MasterKey:File: ", "--MasterKey:File=/nowhere/master.key");
        await File.WriteAllTextAsync(Path.Combine(directory, "text"), "no key");
        (await ShouldBeRejectedAsync("MasterKey:File: ", "--MasterKey:File=text")).ShouldNotContain("no key");
        File.SetUnixFileMode(Path.Combine(directory, "master.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        (await ShouldBeRejectedAsync("MasterKey:File: ")).ShouldContain("chmod 400");
    }

    [Fact]
    public async Task Database_ThatIsNone_IsRefused()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "salesos.db"), new string('x', 5000));

        await ShouldBeRejectedAsync("Data:Directory: the database");
    }

    [Fact]
    public async Task Port_InUse_IsRefused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await ShouldBeRejectedAsync("Urls: ", string.Create(CultureInfo.InvariantCulture, $"--urls=http://127.0.0.1:{port}"));
    }

    [Fact]
    public async Task Address_OfAnotherMachine_IsRefused() => await ShouldBeRejectedAsync("Urls: ", "--urls=http://192.0.2.1:5080");

    private async Task<string> ShouldBeRejectedAsync(string fault, params string[] settings)
    {
        var line = await RunningDashboard.RefusedAsync(directory, settings);
        line.ShouldStartWith(fault);
        return line;
    }
}

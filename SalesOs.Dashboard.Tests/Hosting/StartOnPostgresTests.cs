using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Tests.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>The program on PostgreSQL: how it starts, what it refuses, and how it goes on while the server is away.</summary>
[OnPostgres]
[Trait("Speed", "Slow")]
public sealed class StartOnPostgresTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Program_OnAnEmptyDatabase_ServesPeopleAndSignedRequestsAndStartsAgain()
    {
        await using var server = await PostgresServer.StartAsync(durable: true);
        string[] settings = [.. Settings(await server.MakeAsync()), Platform.Setting];
        CreatedKey made;
        await using (var dashboard = await RunningDashboard.StartAsync(directory: directory, settings: settings))
        {
            using var admin = new Visitor(dashboard);
            await admin.SignInAsync(returnUrl: "/integrations/api-keys");
            made = (await dashboard.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("ERP"), KeyHouse.Admin())).Value!;
            using (var page = await admin.GetAsync("/integrations/api-keys"))
            {
                (await page.Content.ReadAsStringAsync()).ShouldContain(">ERP<");
            }

            (await WhoAmIAsync(dashboard, made)).ShouldBe(200);
        }

        await using (var again = await RunningDashboard.StartAsync(directory: directory, settings: settings))
        {
            (await WhoAmIAsync(again, made)).ShouldBe(200);
            (await RunningDashboard.RefusedAsync(Directory.CreateDirectory(Path.Combine(directory, "other")).FullName, [.. Settings(Connection(settings)), "--MasterKey:File=" + Key]))
                .ShouldMatch("^Database:ConnectionString: another process is running on the database salesos_[0-9a-f]+ on 127.0.0.1. Stop it first; only one may hold it, or several that all have Redis:ConnectionString set.$");
        }

        // The server itself goes away and comes back under the running program.
        await using (var dashboard = await RunningDashboard.StartAsync(directory: directory, settings: [.. settings, "--Logging:LogLevel:Default=None"]))
        {
            var client = dashboard.NewClient();
            client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
            client.DefaultRequestHeaders.Add("X-Tenant-Id", KeyHouse.Acme);
            var before = await CountAsync(dashboard, made);
            await server.EndAsync();

            foreach (var ask in (Func<Task<HttpResponseMessage>>[])[() => client.GetAsync("/v1/api-keys"), () => client.PostAsync("/v1/api-keys", Body()), () => client.PostAsync($"/v1/api-keys/{made.Key.Id}/revoke", content: null)])
            {
                using var answer = await ask();
                answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("code").GetString().ShouldBe("UNAVAILABLE");
                answer.Headers.RetryAfter.ShouldNotBeNull();
            }

            for (var i = 0; i < 5; i++)
            {
                (await WhoAmIAsync(dashboard, made)).ShouldBe(200);
            }

            using (var health = await client.GetAsync("/health/ready"))
            {
                health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            }

            (await dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeFalse();
            await server.BeginAsync();
            await UntilAsync(async () => (await client.GetAsync("/v1/api-keys")).StatusCode == HttpStatusCode.OK && (await client.PostAsync("/v1/api-keys", Body())).StatusCode == HttpStatusCode.Created);
            (await client.PostAsync($"/v1/api-keys/{made.Key.Id}/revoke", content: null)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await WhoAmIAsync(dashboard, made)).ShouldBe(401);
            (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();
            (await CountAsync(dashboard, made)).ShouldBe(before + 5, "what was let in meanwhile is counted, once");
            // The database is held again: nobody else may have it.
            (await RunningDashboard.RefusedAsync(Path.Combine(directory, "other"), [.. Settings(Connection(settings)), "--MasterKey:File=" + Key])).ShouldContain("another process is running");
        }
    }

    [Fact]
    public async Task Start_WithWhatCanNotWork_SaysSoInALine()
    {
        var server = await PostgresServer.Shared;
        var there = await server.MakeAsync();
        var parts = new NpgsqlConnectionStringBuilder(there);

        (await RefusedAsync("--Database:ConnectionString=")).ShouldStartWith("Database:ConnectionString: must be given with Database:Provider=Postgres");
        (await RefusedAsync("--Database:ConnectionString=Host=x;Nonsense=1;Password=hidden")).ShouldBe("Database:ConnectionString: not a PostgreSQL connection string (Host=…;Database=…;Username=…;Password=…).");
        (await RefusedAsync("--Database:ConnectionString=" + there, "--MasterKey:File=")).ShouldStartWith("MasterKey:Value or MasterKey:File: must be given with Database:Provider=Postgres");
        (await RefusedAsync("--Database:ConnectionString=" + there, "--MasterKey:File=" + Path.Combine(directory, "none"))).ShouldMatch("^MasterKey:File: .*none is missing");
        (await RefusedAsync("--Database:ConnectionString=" + there.Replace(parts.Database!, "nowhere"))).ShouldBe("Database:ConnectionString: the database nowhere on 127.0.0.1 can't be opened: there is no such database. Make it: CREATE DATABASE … ENCODING 'UTF8'");
        (await RefusedAsync("--Database:ConnectionString=" + there + ";Username=nobody")).ShouldContain("the user or the password is wrong");
        (await RefusedAsync("--Database:ConnectionString=" + there + ";Port=1")).ShouldMatch("^Database:ConnectionString: the database salesos_[0-9a-f]+ on 127.0.0.1 can't be opened: Failed to connect");
        (await RefusedAsync("--Database:ConnectionString=Host=no.such.host.invalid;Database=x;Username=x")).ShouldStartWith("Database:ConnectionString: the database x on no.such.host.invalid can't be opened: ");
        await server.DropAsync(there);
        await server.ExecuteAsync("CREATE DATABASE latin TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'");
        (await RefusedAsync("--Database:ConnectionString=" + server.ConnectionOf("latin"))).ShouldBe("Database:ConnectionString: the database latin on 127.0.0.1 can't hold every text. Make it with ENCODING 'UTF8'.");
    }

    /// <summary>A database that was made by a later program is left alone.</summary>
    [Fact]
    public async Task Start_OnADatabaseOfANewerProgram_IsRefused()
    {
        await using var house = await KeyHouse.OpenAsync();
        await house.Database.WriteAsync(tenantId: null, db => db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('29990101000000_Later', '99')"""));
        var there = await File.ReadAllTextAsync(Path.Combine(house.Directory, "postgres.connection"));

        (await RefusedAsync("--Database:ConnectionString=" + there)).ShouldMatch("was made by a newer version \\(it has 29990101000000_Later\\)");
    }

    private string Key => Path.Combine(directory, "the.key");

    private string[] Settings(string connection)
    {
        if (!File.Exists(Key))
        {
            File.WriteAllText(Key, Convert.ToBase64String(new byte[MasterKey.Size]));
            File.SetUnixFileMode(Key, UnixFileMode.UserRead);
        }

        return ["--Database:Provider=Postgres", "--Database:ConnectionString=" + connection, "--MasterKey:File=" + Key];
    }

    private static string Connection(string[] settings) => settings[1][(settings[1].IndexOf('=', StringComparison.Ordinal) + 1)..];

    private Task<string> RefusedAsync(params string[] settings) => RunningDashboard.RefusedAsync(directory, [.. Settings("unused")[..1], "--MasterKey:File=" + Key, .. settings]);

    private static StringContent Body() => new("""{"name":"later"}""", Encoding.UTF8, "application/json");

    private static async Task<int> WhoAmIAsync(RunningDashboard dashboard, CreatedKey key)
    {
        var header = RequestSigner.Authorization(key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
        return (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(dashboard.BaseAddress)).Status;
    }

    private static async Task<long> CountAsync(RunningDashboard dashboard, CreatedKey key)
    {
        (await dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync()).ShouldBeTrue();
        return (await dashboard.Services.GetRequiredService<ApiKeyService>().GetAsync(key.Key.Id, KeyHouse.Admin())).Value!.UsageCount;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("It did not come back within five seconds.");
    }
}

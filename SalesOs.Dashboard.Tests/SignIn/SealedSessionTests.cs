using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Faults;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>Guarantee T4: what is stored of a session opens nothing and names nobody to whoever has the files without the master key.</summary>
public sealed class SealedSessionTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("salesos-test-").FullName;

    private string Here => Path.Combine(root, "here");

    public SealedSessionTests() => Directory.CreateDirectory(Here);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Tokens_OfSessions_StandInNoFileAndNoBackup()
    {
        var hunt = new CanaryHunt();
        var backup = Path.Combine(root, "backup.db");
        var last = "";
        var places = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using (var dashboard = await RunningDashboard.StartAsync(directory: Here))
        {
            var sessions = dashboard.Services.GetRequiredService<Sessions>();
            for (var i = 0; i < 20; i++)
            {
                var key = await SignInAsync(sessions, hunt, i);
                hunt.Seek(Encoding.ASCII.GetBytes(key));
                var session = (await sessions.FindAsync((await sessions.RetrieveAsync(key))!.Principal, renew: false))!;
                last = session.Subject;
                hunt.Seek(Encoding.ASCII.GetBytes($"refreshed-{i}-{session.Id}"));
                await sessions.UpdateAsync(session, session.Principal.Identities.Take(1), new Dictionary<string, string>(StringComparer.Ordinal) { ["refresh_token"] = $"refreshed-{i}-{session.Id}" });
                if (i % 2 == 0)
                {
                    await sessions.RemoveAsync(key);
                }
            }

            foreach (var xml in dashboard.Services.GetRequiredService<ProtectionKeys>().GetAllElements())
            {
                hunt.Seek(Encoding.UTF8.GetBytes(xml.Descendants("value").Single().Value));
            }

            (await CommandLine.RunAsync(["backup", backup, "--Data:Directory=" + Here], TextWriter.Null, TextWriter.Null)).ShouldBe(0);
            await PutAsync(places, "running ");
        }

        await PutAsync(places, "stopped ");
        places.ShouldContainKey("running salesos.db-wal");
        hunt.In(places).ShouldBeEmpty();
        // What the database must hold shows that the hunt can find.
        hunt.Seek(SessionRow.DigestOf(last));
        hunt.In(places).ShouldContain(place => place == "running backup.db");
    }

    private async Task PutAsync(Dictionary<string, byte[]> places, string when)
    {
        // .NET heeds the lock that the program has on its files; cp does not.
        var copies = Directory.CreateDirectory(Path.Combine(root, when.Trim())).FullName;
        await StoreProgram.ShellAsync(root, $"cp here/* backup.db '{copies}'");
        foreach (var file in Directory.GetFiles(copies))
        {
            places[when + Path.GetFileName(file)] = await File.ReadAllBytesAsync(file);
        }
    }

    private static Task<string> SignInAsync(Sessions sessions, CanaryHunt hunt, int number)
    {
        var properties = new AuthenticationProperties();
        var secrets = new[] { "access_token", "refresh_token", "id_token" }.Select(name => new AuthenticationToken { Name = name, Value = $"{name}-{number}-{Guid.NewGuid()}" }).ToList();
        properties.StoreTokens(secrets);
        string[] told = [$"subject-{number}-{Guid.NewGuid()}", $"person{number}-{Guid.NewGuid()}@acme.test", $"provider-session-{number}-{Guid.NewGuid()}"];
        foreach (var text in secrets.Select(s => s.Value).Concat(told))
        {
            hunt.Seek(Encoding.ASCII.GetBytes(text));
        }

        return sessions.StoreAsync(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", told[0]), new Claim("email", told[1]), new Claim("sid", told[2]), new Claim("tenant_id", "a")], "token")),
            properties,
            SignInSchemes.Session));
    }
}

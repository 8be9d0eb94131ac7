using System.Text;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Hosting;

public sealed class SentFormsTests
{
    [Fact]
    public async Task Forms_ThatCannotBeRead_Are400AndOneLine()
    {
        var log = new LogLines();
        await using var dashboard = await RunningDashboard.StartAsync(configure: builder => builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information), map: Visitor.MapMirror, settings: "--Logging:LogLevel:Default=Information");
        using var visitor = new Visitor(dashboard);
        await visitor.SignInAsync();
        var fields = Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Range(0, 1025).Select(i => $"f{i}=v")));

        foreach (var target in (string[])["/signout-backchannel-oidc", "/sign-out", "/tenant", "/integrations/audit/export", "/connect/token", "/signin-oidc", "/signed-out", "/nowhere"])
        {
            var post = new RawRequest("POST", target).With($"Cookie: salesos={visitor.SessionCookie}");
            (await (post with { Body = "x"u8.ToArray() }).With("Content-Type: multipart/form-data").SendAsync(dashboard.BaseAddress)).Status.ShouldBe(400, target);
            (await (post with { Body = fields, ChunkSize = 500 }).With("Content-Type: application/x-www-form-urlencoded").SendAsync(dashboard.BaseAddress)).Status.ShouldBe(400, target);
        }

        log.All.Count(line => line.Text.StartsWith("A form could not be read", StringComparison.Ordinal)).ShouldBe(1);
        log.All.Where(line => line.Level >= LogLevel.Warning).ShouldBeEmpty();
    }
}

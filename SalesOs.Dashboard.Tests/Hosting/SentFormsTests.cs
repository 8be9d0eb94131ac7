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
            foreach (var type in (string[])["application/x-www-form-urlencoded; =", "Application/X-WWW-Form-UrlEncoded; charset=\"", "application/x-www-form-urlencoded, text/plain", "multipart/form-data; boundary=\"x"])
            {
                (await (post with { Body = "a=b"u8.ToArray() }).With($"Content-Type: {type}").SendAsync(dashboard.BaseAddress)).Status.ShouldBe(400, $"{target} {type}");
            }

            (await (post with { Body = fields, ChunkSize = 500 }).With("Content-Type: application/x-www-form-urlencoded").SendAsync(dashboard.BaseAddress)).Status.ShouldBe(400, target);
        }

        log.All.Count(line => line.Text.StartsWith("A form could not be read", StringComparison.Ordinal)).ShouldBe(1);
        log.All.Where(line => line.Level >= LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public async Task Form_ThatBreaksHttp_EndsTheConnection()
    {
        await using var dashboard = await RunningDashboard.StartAsync();

        var answer = await RawRequest.SendAsync(
            dashboard.BaseAddress,
            $"POST /sign-out HTTP/1.1\r\nHost: {dashboard.BaseAddress.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\na=b\r\n");

        answer.Status.ShouldBe(400);
        answer["Connection"].ShouldBe("close");
    }
}

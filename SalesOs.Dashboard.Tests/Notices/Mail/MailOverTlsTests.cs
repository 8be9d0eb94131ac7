using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Tests.Hosting;

namespace SalesOs.Dashboard.Tests.Notices.Mail;

/// <summary>Mail as most servers take it: encrypted, and from those alone who sign in. The program trusts one authority, as its machine would tell it to.</summary>
[Trait("Speed", "Slow")]
public sealed class MailOverTlsTests : IDisposable
{
    private const string Password = "correct-horse-battery";

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly TestAuthority authority = new();
    private readonly TestAuthority stranger = new();

    public void Dispose()
    {
        authority.Dispose();
        stranger.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mail_OverTls_GoesToWhoShowsTheRightCertificateAndTakesThePassword(bool isTls)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SSL_CERT_FILE says whom .NET trusts on Linux alone.");
        var (shown, taken) = (stranger.Issue("127.0.0.1"), "another-password");
        await using var server = new MailServer(() => shown, isTls, () => taken);
        var trusted = Path.Combine(directory, "trusted.pem");
        await File.WriteAllTextAsync(trusted, authority.Pem);
        (string Key, string Value)[] settings = [.. server.Settings, ("Mail:User", "notices"), ("Mail:Password", Password), ("Logging:LogLevel:Default", "Trace")];
        var (program, address) = await ProgramProcess.StartUnderAsync(
            ["env", "SSL_CERT_FILE=" + trusted, "SSL_CERT_DIR="], Path.Combine(directory, "data"), [.. settings.Select(s => $"--{s.Key}={s.Value}")]);
        await using var _ = program;
        using var http = new HttpClient { BaseAddress = address };

        (await FaultOfAsync(http, "unknown@example.com")).ShouldBe("certificate", "nobody trusts who issued it");
        shown = authority.Issue("127.0.0.2");
        (await FaultOfAsync(http, "name@example.com")).ShouldBe("certificate", "it is another server's");
        shown = authority.Issue("127.0.0.1", until: -1);
        (await FaultOfAsync(http, "late@example.com")).ShouldBe("certificate", "it is over");
        server.SignIns.ShouldBeEmpty();

        shown = authority.Issue("127.0.0.1");
        (await FaultOfAsync(http, "refused@example.com")).ShouldBe("sign_in");
        server.Mails.ShouldBeEmpty();

        taken = Password;
        (await FaultOfAsync(http, "team@example.com")).ShouldBeNull();
        // What was refused before may have been tried again by now.
        server.Mails.ShouldContain(mail => mail.To.ToString() == "team@example.com");
        server.SignIns.ShouldAllBe(one => one.User == "notices" && one.Password == Password);

        var told = string.Join('\n', [.. program.Output, .. program.Errors, await http.GetStringAsync("/health/ready")]);
        foreach (var secret in (string[])[Password, Base64(Password), Base64($"\0notices\0{Password}")])
        {
            told.ShouldNotContain(secret);
        }
    }

    /// <summary>Adds an address, to which a link is sent at once.</summary>
    /// <returns>Why the first try did not arrive; null: it did.</returns>
    private static async Task<string?> FaultOfAsync(HttpClient http, string address)
    {
        var id = (await DataAsync(HttpMethod.Post, "/v1/notices/emails", new { address })).GetProperty("id").GetString();
        for (var tries = 0; tries < 1000; tries++)
        {
            var delivery = (await DataAsync(HttpMethod.Get, $"/v1/notices/deliveries?receiver={id}")).EnumerateArray().FirstOrDefault();
            if (delivery.ValueKind == JsonValueKind.Object && delivery.GetProperty("attempts").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first)
            {
                first.GetRawText().ShouldNotContain(Password);
                first.GetProperty("status").ToString().ShouldBe(first.GetProperty("fault").ValueKind == JsonValueKind.Null ? "250" : "");
                return first.GetProperty("fault").GetString();
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("The link is not on its way.");

        async Task<JsonElement> DataAsync(HttpMethod method, string target, object? body = null)
        {
            using var request = NodeRequests.Managed(method, target, body);
            using var answer = await http.SendAsync(request);
            return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Hosting;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Guarantee S1: a secret that is typed or pasted in the sandbox leaves the page nowhere, nor does anything that could sign in its place.</summary>
[Trait("Speed", "Long")]
public sealed class SandboxSecretTests(Chromium chromium) : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("salesos-sandbox-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Secret_TypedAndPasted_IsInNoFrameRequestLogStorageAddressOrMemoryOfTheServer()
    {
        var (program, address) = await ProgramProcess.StartAsync(
            directory, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=Trace");
        await using var running = program;
        await using var window = await chromium.NewWindowAsync(address);
        var frames = new Frames(window);
        var admin = await Person.SignInAsync(window, "admin@acme.test", KeyLinks.Sandbox);
        // The server has never had these secrets: it makes others, and of those a trace could be left.
        var apiKey = CredentialFormat.NewApiKey(test: true);
        var (typed, pasted) = (CredentialFormat.NewSecret(test: true), CredentialFormat.NewSecret(test: true));
        await admin.Page.GetByLabel("API_KEY").FillAsync(apiKey);
        var secret = admin.Page.GetByLabel("API key secret");

        await secret.PressSequentiallyAsync(typed);
        await SendAsync(admin);
        await admin.Page.GetByText("Show k1 to k4").ClickAsync();
        await Person.WithClipboardAsync(async () =>
        {
            await admin.Page.EvaluateAsync("text => navigator.clipboard.writeText(text)", pasted);
            await secret.PressAsync("Control+A");
            await secret.PressAsync("Control+V");
        });
        await secret.PressAsync("Enter");
        await secret.PressAsync("Tab");
        await SendAsync(admin);
        await admin.Page.GetByLabel("Call").SelectOptionAsync("create_lead");
        await admin.Page.GetByLabel("Authorization header of your program").FillAsync($"P2S-SIGN-V1 {apiKey}:1750000000:{new string('0', 64)}");
        await admin.Button("Compare").ClickAsync();
        await Assertions.Expect(admin.Page.Locator("[data-finding=None]")).ToBeVisibleAsync();
        await Assertions.Expect(admin.Page.Locator("[data-verdict]")).ToContainTextAsync("Check the key first.", new() { Timeout = 30_000 });
        (await secret.EvaluateAsync<string>("field => field.value")).ShouldBe("", "no other script reads it");
        var stored = await StoredAsync(admin);
        await admin.Page.ReloadAsync();
        await admin.LiveAsync();

        var hunt = new CanaryHunt();
        foreach (var canary in new[] { typed, pasted })
        {
            var k1 = new byte[SignatureChain.DigestSize];
            SignatureChain.DeriveK1(canary, apiKey, k1);
            hunt.Seek(k1);
            hunt.Seek(Encoding.ASCII.GetBytes(canary));
            // A part of it is too much already, as when it is told letter by letter.
            hunt.Seek(Encoding.ASCII.GetBytes(canary[20..36]));
        }

        var places = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["frames and requests"] = frames.All,
            ["log"] = Encoding.UTF8.GetBytes(string.Join('\n', program.Output.Concat(program.Errors))),
            ["stored"] = Encoding.UTF8.GetBytes(stored + await StoredAsync(admin)),
            ["cookies"] = Encoding.UTF8.GetBytes(string.Concat((await window.CookiesAsync()).Select(cookie => cookie.Value))),
            ["memory of the server"] = MemoryOf(program.Id),
        };
        hunt.In(places).ShouldBeEmpty();
        frames.Hold("P2S-SIGN-V1 " + apiKey).ShouldBeTrue("the requests were listened to");
        frames.Hold("LookUpAsync").ShouldBeTrue("the frames were listened to");
        places["log"].Length.ShouldBeGreaterThan(100_000, "the log is really at Trace");
        // What was sent shows that the hunt can find, in the memory too.
        hunt.Seek(Encoding.ASCII.GetBytes(apiKey));
        hunt.In(places).ShouldBe(["frames and requests", "memory of the server"], ignoreOrder: true);
        admin.Troubles.ShouldBeEmpty();
    }

    private static async Task SendAsync(Person person)
    {
        await person.Button("Sign and send").ClickAsync();
        await Assertions.Expect(person.Page.Locator("[data-value=status]")).ToHaveTextAsync("401 Unauthorized");
    }

    private static Task<string> StoredAsync(Person person) =>
        person.Page.EvaluateAsync<string>("() => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + JSON.stringify(history.state) + location.href");

    /// <summary>All that the process may write to.</summary>
    private static byte[] MemoryOf(int process)
    {
        using var memory = File.OpenRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/mem"));
        using var all = new MemoryStream();
        foreach (var line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/maps")))
        {
            var parts = line.Split([' ', '-']);
            var (from, to) = (Convert.ToInt64(parts[0], 16), Convert.ToInt64(parts[1], 16));
            if (!parts[2].StartsWith("rw", StringComparison.Ordinal))
            {
                continue;
            }

            var page = new byte[64 * 1024];
            memory.Position = from;
            try
            {
                for (int read; memory.Position < to && (read = memory.Read(page, 0, (int)Math.Min(page.Length, to - memory.Position))) > 0;)
                {
                    // Most of it has never been touched.
                    if (page.AsSpan(0, read).ContainsAnyExcept((byte)0))
                    {
                        all.Write(page, 0, read);
                    }
                }
            }
            catch (IOException)
            {
                // Promised to the process, but not there.
            }
        }

        return all.ToArray();
    }
}

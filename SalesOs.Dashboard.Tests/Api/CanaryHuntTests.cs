using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Faults;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Guarantee S1: after the one answer that creates it, a secret and its k1 stand nowhere.</summary>
public sealed class CanaryHuntTests
{
    [Fact]
    [Trait("Speed", "Slow")]
    public Task Secrets_StandInNoFileLogLinePageOrLaterAnswer() => HuntAsync(keys: 200);

    [Fact]
    [Trait("Speed", "Long")]
    public Task Secrets_OfAThousandKeys_StandInNoFileLogLinePageOrLaterAnswer() => HuntAsync(keys: 1000);

    /// <param name="keys">A multiple of 100.</param>
    private static async Task HuntAsync(int keys)
    {
        var log = new LogLines();
        await using var dashboard = await RunningDashboard.StartAsync(
            configure: builder => builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log),
            settings: [Platform.Setting, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=Trace"]);
        var client = dashboard.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
        client.DefaultRequestHeaders.Add("X-Tenant-Id", KeyHouse.Acme);
        var made = new List<JsonElement>();
        for (var i = 0; i < keys; i++)
        {
            using var answer = await client.PostAsync("/v1/api-keys", new StringContent($$"""{"name":"canary {{i}}"}""", Encoding.UTF8, "application/json"));
            made.Add(JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data"));
        }

        var hunt = new CanaryHunt();
        foreach (var key in made)
        {
            hunt.Seek(Encoding.ASCII.GetBytes(Secret(key)));
            hunt.Seek(K1(key));
        }

        foreach (var secret in await WebhookSecretsAsync(client))
        {
            hunt.Seek(Convert.FromBase64String(secret["whsec_".Length..]));
        }

        var places = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var page = 1; page <= keys / 100; page++)
        {
            places[$"page {page}"] = await client.GetByteArrayAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/api-keys?per_page=100&page={page}"));
        }

        using (var admin = new Visitor(dashboard))
        {
            await admin.SignInAsync(returnUrl: "/integrations/api-keys");
            foreach (var target in (string[])["/integrations/api-keys/" + made[^1].GetProperty("id").GetString(), "/integrations/audit?per_page=100"])
            {
                using var html = await admin.GetAsync(target);
                places["html " + target] = await html.Content.ReadAsByteArrayAsync();
                Encoding.UTF8.GetString(places["html " + target]).ShouldContain($"canary {keys - 1}<", Case.Sensitive, "the page is prerendered with its key");
            }

            for (var page = 1; page <= keys / 100; page++)
            {
                using var html = await admin.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/integrations/api-keys?per_page=100&page={page}"));
                places[$"html {page}"] = await html.Content.ReadAsByteArrayAsync();
                Encoding.UTF8.GetString(places[$"html {page}"]).ShouldContain($"canary {keys - (page * 100)}<", Case.Sensitive, "the page is prerendered with its keys");
            }
        }

        foreach (var key in made.Take(20))
        {
            var id = key.GetProperty("id").GetString();
            // A leaked secret is looked up, alone and beside its key.
            using (var leaked = new StringContent(JsonSerializer.Serialize(new { text = $"SECRET={Secret(key)} {key.GetProperty("api_key").GetString()}" }), Encoding.UTF8, "application/json"))
            {
                using var found = await client.PostAsync("/v1/api-keys/find", leaked);
                places[$"find {id}"] = await found.Content.ReadAsByteArrayAsync();
                var by = JsonElement.Parse(places[$"find {id}"]).GetProperty("data").GetProperty("found").EnumerateArray().ToList();
                by.ShouldAllBe(f => f.GetProperty("key").GetProperty("id").GetString() == id);
                by.Select(f => f.GetProperty("by").GetString()).ShouldBe(["api_key", "secret"]);
            }

            places[$"whoami {id}"] = Encoding.UTF8.GetBytes(string.Concat(await SignedAsync(dashboard, key)));
            foreach (var operation in ManagementOperation.All)
            {
                using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Method), operation.On(id!, Guid.NewGuid().ToString(), "1", Guid.NewGuid().ToString()));
                request.Content = operation.BodyOn(id!) is { } body ? new StringContent(body, Encoding.UTF8, "application/json") : null;
                using var answer = await client.SendAsync(request);
                places[$"{operation} {id}"] = await answer.Content.ReadAsByteArrayAsync();
            }
        }

        foreach (var format in (string[])["jsonl", "csv"])
        {
            places["export " + format] = await client.GetByteArrayAsync("/v1/audit-entries/export?format=" + format);
            places["export " + format].Length.ShouldBeGreaterThan(keys * 100, "every key's entry is in it");
        }

        var backup = Path.Combine(dashboard.DataDirectory, "backup.copy");
        (await CommandLine.RunAsync(["backup", backup, "--Data:Directory=" + dashboard.DataDirectory], TextWriter.Null, TextWriter.Null)).ShouldBe(0);

        // .NET heeds the lock that the program has on its files; cp does not.
        var copies = Directory.CreateDirectory(Path.Combine(dashboard.DataDirectory, "copies")).FullName;
        await StoreProgram.ShellAsync(dashboard.DataDirectory, "find . -maxdepth 1 -type f -exec cp {} copies/ ';'");
        foreach (var file in Directory.GetFiles(copies))
        {
            places[Path.GetFileName(file)] = await File.ReadAllBytesAsync(file);
        }

        places["log"] = Encoding.UTF8.GetBytes(string.Join('\n', log.All.Select(line => line.Text)));

        places.ShouldContainKey("salesos.db");
        places.ShouldContainKey("salesos.db-wal");
        places.ShouldContainKey("backup.copy");
        log.All.Count(line => line.Level == LogLevel.Trace).ShouldBeGreaterThan(keys, "the log is really at Trace");
        hunt.In(places).ShouldBeEmpty();
        // The platform's own key, and what the database must hold, show that the hunt can find.
        hunt.Seek(Encoding.ASCII.GetBytes(made[^1].GetProperty("api_key").GetString()!));
        hunt.In(places).ShouldAllBe(place => place.StartsWith("salesos.db", StringComparison.Ordinal) || place == "backup.copy");
        hunt.In(places).ShouldContain(place => place == "backup.copy");
        // Nor the master key, without which none of it opens.
        var master = (await File.ReadAllTextAsync(Path.Combine(dashboard.DataDirectory, "master.key"))).Trim();
        var keyHunt = new CanaryHunt();
        keyHunt.Seek(Convert.FromBase64String(master));
        keyHunt.In(places).ShouldHaveSingleItem().ShouldBe("master.key");
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("hex")]
    [InlineData("HEX")]
    [InlineData("base64")]
    [InlineData("base64url")]
    [InlineData("base64 of a longer text")]
    [InlineData("utf-16")]
    [InlineData("json")]
    [InlineData("base64 in json")]
    [InlineData("characters in json")]
    [InlineData("address")]
    [InlineData("utf-8")]
    public void Hunt_WithASecretPlanted_FindsIt(string form)
    {
        var secret = Encoding.ASCII.GetBytes(CredentialFormat.NewSecret(test: false));
        var k1 = new byte[32];
        Random.Shared.NextBytes(k1);
        foreach (var canary in form is "utf-16" or "json" ? new[] { secret } : [secret, k1])
        {
            var planted = form switch
            {
                "raw" => canary,
                "hex" => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(canary)),
                "HEX" => Encoding.ASCII.GetBytes(Convert.ToHexString(canary)),
                "base64" => Encoding.ASCII.GetBytes(Convert.ToBase64String(canary)),
                "base64url" => Encoding.ASCII.GetBytes(System.Buffers.Text.Base64Url.EncodeToString(canary)),
                "base64 of a longer text" => Encoding.ASCII.GetBytes(Convert.ToBase64String([.. "x:"u8, .. canary, .. ":y"u8])),
                "base64 in json" => JsonSerializer.SerializeToUtf8Bytes(new { secret = Convert.ToBase64String(canary) }),
                "characters in json" => JsonSerializer.SerializeToUtf8Bytes(new { secret = Encoding.Latin1.GetString(canary) }),
                "address" => Encoding.ASCII.GetBytes("/x?y=" + Uri.EscapeDataString(Convert.ToBase64String(canary))),
                "utf-8" => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(canary)),
                "utf-16" => Encoding.Unicode.GetBytes(Encoding.ASCII.GetString(canary)),
                _ => JsonSerializer.SerializeToUtf8Bytes(new { secret = Encoding.ASCII.GetString(canary) }),
            };
            var hunt = new CanaryHunt();
            hunt.Seek(canary);

            hunt.In(new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["clean"] = [.. "..."u8], ["planted"] = [1, 2, 3, .. planted, 4] }).ShouldBe(["planted"]);
        }
    }

    /// <summary>Of a webhook that is told of all that follows, the one that it had first and the one that took its place; both sign.</summary>
    private static async Task<IReadOnlyList<string>> WebhookSecretsAsync(HttpClient client)
    {
        using var added = await client.PostAsync("/v1/notices/webhooks", new StringContent("""{"url":"https://hooks.example.com/canary"}""", Encoding.UTF8, "application/json"));
        var made = JsonElement.Parse(await added.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data");
        using var rotated = await client.PostAsync($"/v1/notices/webhooks/{made.GetProperty("id").GetString()}/rotate-secret", content: null);
        var next = JsonElement.Parse(await rotated.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetProperty("data");
        return [made.GetProperty("secret").GetString()!, next.GetProperty("secret").GetString()!];
    }

    private static string Secret(JsonElement key) => key.GetProperty("api_key_secret").GetString()!;

    private static byte[] K1(JsonElement key)
    {
        var k1 = new byte[SignatureChain.DigestSize];
        SignatureChain.DeriveK1(Secret(key), key.GetProperty("api_key").GetString()!, k1);
        return k1;
    }

    private static async Task<IEnumerable<string>> SignedAsync(RunningDashboard dashboard, JsonElement key)
    {
        var header = RequestSigner.Authorization(key.GetProperty("api_key").GetString()!, Secret(key), DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []);
        var answer = await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(dashboard.BaseAddress);
        answer.Status.ShouldBe(200);
        return [answer.Body, .. answer.Headers.Select(h => h.Name + h.Value)];
    }
}

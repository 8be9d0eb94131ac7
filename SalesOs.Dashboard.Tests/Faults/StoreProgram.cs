using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.Hosting;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>What the tests of the store's identity do to a program and to the folder of its database, from outside.</summary>
internal static class StoreProgram
{
    /// <summary>One that two installations share, so that nothing but the mark tells their databases apart.</summary>
    public const string MasterKeySetting = "--MasterKey:Value=c3RvcmUtdGVzdHMtc3RvcmUtdGVzdHMtc3RvcmUtMDE=";

    public static HttpClient ClientOf(Uri address)
    {
        var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Platform.ServiceKey);
        client.DefaultRequestHeaders.Add("X-Tenant-Id", "store");
        return client;
    }

    /// <returns>The key's id; null when none was made.</returns>
    public static async Task<(HttpStatusCode Status, string? Id)> CreateAsync(HttpClient client)
    {
        using var answer = await client.PostAsync("/v1/api-keys", new StringContent("""{"name":"kept"}""", Encoding.UTF8, "application/json"));
        var id = answer.IsSuccessStatusCode ? JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("data").GetProperty("id").GetString() : null;
        return (answer.StatusCode, id);
    }

    public static async Task RevokeAsync(HttpClient client, string id)
    {
        using var answer = await client.PostAsync($"/v1/api-keys/{id}/revoke", new StringContent("""{"reason":"leaked"}""", Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    public static async Task<(HttpStatusCode Status, Dictionary<string, string> Checks)> ReadyAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/health/ready");
        var checks = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("checks");
        return (answer.StatusCode, checks.EnumerateObject().ToDictionary(check => check.Name, check => check.Value.GetString()!, StringComparer.Ordinal));
    }

    /// <summary>In a shell, since a file that is opened and closed in a test's own process loses the locks that SQLite holds on it there.</summary>
    /// <param name="directory">Where it runs.</param>
    public static async Task ShellAsync(string directory, string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-ec", command]) { WorkingDirectory = directory, RedirectStandardError = true, UseShellExecute = false })!;
        var said = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        shell.ExitCode.ShouldBe(0, said);
    }
}

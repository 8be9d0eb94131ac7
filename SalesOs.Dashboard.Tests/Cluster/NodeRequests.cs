using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Audit;
using SalesOs.Dashboard.Tests.Faults;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>A key as whoever made it has it.</summary>
internal sealed record HeldKey(string Id, string ApiKey, string Secret);

/// <summary>A node's answer.</summary>
/// <param name="SaysWhen">It has a <c>Retry-After</c>.</param>
internal readonly record struct NodeAnswer(int Status, bool SaysWhen)
{
    /// <summary>Refused because something that the node needs is away, and said so as it must be.</summary>
    public bool IsAway => Status == 503 && SaysWhen;
}

/// <summary>What callers outside send to nodes that are processes of their own.</summary>
internal static class NodeRequests
{
    /// <summary>By the platform's key, for one tenant.</summary>
    public static HttpRequestMessage Managed(HttpMethod method, string target, object? body = null, string tenant = KeyHouse.Acme)
    {
        var request = new HttpRequestMessage(method, target) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        request.Headers.Add("X-Tenant-Id", tenant);
        return request;
    }

    /// <summary>Signed now.</summary>
    public static HttpRequestMessage Signed(HeldKey key, HttpMethod method, string target, string? body = null) => With(Header(key, method, target, body), method, target, body);

    public static string Header(HeldKey key, HttpMethod method, string target, string? body = null) => RequestSigner.Authorization(
        key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), method.Method, target, Encoding.UTF8.GetBytes(body ?? ""));

    /// <summary>With a header that was signed before.</summary>
    public static HttpRequestMessage With(string header, HttpMethod method, string target, string? body = null)
    {
        var request = new HttpRequestMessage(method, target) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", header);
        return request;
    }

    /// <summary>Sends it and disposes of it.</summary>
    /// <returns>Null where no answer came: the node is gone, or answers too late.</returns>
    public static async Task<NodeAnswer?> TryAsync(HttpClient http, HttpRequestMessage request, CancellationToken enough = default)
    {
        using (request)
        {
            try
            {
                using var answer = await http.SendAsync(request, enough);
                return new NodeAnswer((int)answer.StatusCode, answer.Headers.RetryAfter is not null);
            }
            catch (Exception fault) when (fault is OperationCanceledException || FaultRun.IsCutLine(fault))
            {
                return null;
            }
        }
    }

    /// <summary>Makes a key with the fields of the management API, which must answer 201.</summary>
    public static async Task<HeldKey> MakeAsync(HttpClient http, object fields)
    {
        using var request = Managed(HttpMethod.Post, "/v1/api-keys", fields);
        using var answer = await http.SendAsync(request);
        return await ReadAsync(answer.EnsureSuccessStatusCode());
    }

    /// <summary>The key that an answer tells of.</summary>
    public static async Task<HeldKey> ReadAsync(HttpResponseMessage answer)
    {
        var made = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
        return new HeldKey(made.GetProperty("id").GetString()!, made.GetProperty("api_key").GetString()!, made.GetProperty("api_key_secret").GetString()!);
    }

    /// <summary>A key's requests as they are counted; what is counted is written each second.</summary>
    public static async Task<long> CountAsync(HttpClient http, HeldKey key)
    {
        using var request = Managed(HttpMethod.Get, $"/v1/api-keys/{key.Id}");
        using var answer = await http.SendAsync(request);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("usage_count").GetInt64();
    }

    /// <summary>Waits until a key's count is what it must be.</summary>
    public static async Task ShouldCountAsync(HttpClient http, HeldKey key, long expected)
    {
        var (began, counted) = (TimeProvider.System.GetTimestamp(), 0L);
        while ((counted = await CountAsync(http, key)) < expected && TimeProvider.System.GetElapsedTime(began).TotalSeconds < 15)
        {
            await Task.Delay(100);
        }

        counted.ShouldBe(expected, "each request that was let in is counted, once");
    }

    /// <summary>Takes a tenant's audit log away as a file, which the offline verifier must find whole.</summary>
    /// <returns>Its entries.</returns>
    public static async Task<long> ShouldHaveWholeLogAsync(HttpClient http, string tenant = KeyHouse.Acme)
    {
        using var request = Managed(HttpMethod.Get, "/v1/audit-entries/export?format=jsonl", tenant: tenant);
        using var answer = await http.SendAsync(request);
        using var verifier = new Verifier();
        var verdict = (await verifier.RunAsync(verifier.Put("export.jsonl", await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()))).Single();
        verdict.Whole.ShouldBeTrue(verdict.Reason);
        return verdict.Entries;
    }
}

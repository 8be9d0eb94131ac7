using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>One client that does this and that without pause and writes down what it was told. Its keys are its own, so at most one act is open at any time.</summary>
internal sealed class LedgerClient(int number, Random random)
{
    public const string Tenant = "ledger";

    private int names;

    public List<LedgerKey> Keys { get; } = [];

    /// <summary>A create that was sent and not answered.</summary>
    public bool CreatePending { get; set; }

    public int Acknowledged { get; private set; }

    /// <summary>Answers of 500 and above: nothing may have changed.</summary>
    public int Refused { get; private set; }

    public IEnumerable<LedgerKey> Living => Keys.Where(k => !k.Deleted);

    /// <summary>Acts until <paramref name="more"/> says no or the program is gone.</summary>
    public async Task RunAsync(Uri address, Func<bool> more)
    {
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        try
        {
            while (more())
            {
                await ActAsync(client);
            }
        }
        catch (Exception fault) when (FaultRun.IsCutLine(fault))
        {
            // The program is gone; what was under way stays open.
        }
    }

    public async Task ActAsync(HttpClient client)
    {
        var able = Living.Where(k => !k.Revoked).ToList();
        var act = able.Count < 2 ? Act.Create : random.Next(100) switch
        {
            < 20 => Act.Create,
            < 55 => Act.Use,
            < 65 => Act.Edit,
            < 80 => Act.Pause,
            < 84 => Act.Rotate,
            < 92 => Act.Revoke,
            _ => Act.Delete,
        };
        await (act == Act.Create ? CreateAsync(client) : ActAsync(client, act, able[random.Next(able.Count)]));
    }

    private async Task CreateAsync(HttpClient client)
    {
        var name = NewName();
        CreatePending = true;
        using var answer = await SendAsync(client, HttpMethod.Post, "/v1/api-keys", new { name, rate_limit = 1_000_000 });
        if (await AcknowledgedAsync(answer, HttpStatusCode.Created) is { } data)
        {
            Keys.Add(Made(data, name));
        }

        CreatePending = false;
    }

    private async Task ActAsync(HttpClient client, Act act, LedgerKey key)
    {
        var name = NewName();
        key.PendingName = act == Act.Edit ? name : null;
        key.Pending = act;
        switch (act)
        {
            case Act.Use:
                await UseAsync(client, key);
                break;
            case Act.Edit:
                using (var answer = await SendAsync(client, HttpMethod.Patch, $"/v1/api-keys/{key.Id}", new { name }))
                {
                    if (await AcknowledgedAsync(answer, HttpStatusCode.OK) is not null)
                    {
                        key.Name = name;
                        key.Actions.Add("key.edited");
                    }
                }

                break;
            case Act.Rotate:
                using (var answer = await SendAsync(client, HttpMethod.Post, $"/v1/api-keys/{key.Id}/rotate", body: null))
                {
                    if (await AcknowledgedAsync(answer, HttpStatusCode.Created) is { } data)
                    {
                        key.Actions.Add("key.rotated");
                        Keys.Add(Made(data, key.Name));
                    }
                }

                break;
            case Act.Revoke:
                using (var answer = await SendAsync(client, HttpMethod.Post, $"/v1/api-keys/{key.Id}/revoke", body: null))
                {
                    if (await AcknowledgedAsync(answer, HttpStatusCode.OK) is not null)
                    {
                        key.Revoked = true;
                        key.Actions.Add("key.revoked");
                    }
                }

                break;
            case Act.Pause:
                using (var answer = await SendAsync(client, HttpMethod.Post, $"/v1/api-keys/{key.Id}/{(key.Paused ? "resume" : "pause")}", body: null))
                {
                    if (await AcknowledgedAsync(answer, HttpStatusCode.OK) is not null)
                    {
                        key.Actions.Add(key.Paused ? "key.resumed" : "key.paused");
                        key.Paused = !key.Paused;
                    }
                }

                break;
            case Act.Delete:
                using (var answer = await SendAsync(client, HttpMethod.Delete, $"/v1/api-keys/{key.Id}", body: null))
                {
                    if (await AcknowledgedAsync(answer, HttpStatusCode.NoContent) is not null)
                    {
                        key.Deleted = true;
                        key.Actions.Add("key.deleted");
                    }
                }

                break;
        }

        key.Pending = null;
    }

    private async Task UseAsync(HttpClient client, LedgerKey key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/whoami");
        request.Headers.TryAddWithoutValidation(
            "Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "GET", "/v1/whoami", []));
        using var answer = await client.SendAsync(request);
        // It stands on no disk, so no fault of one may touch it.
        answer.StatusCode.ShouldBe(key.Paused ? HttpStatusCode.Forbidden : HttpStatusCode.OK);
        if (!key.Paused)
        {
            key.Uses.Add(Stopwatch.GetTimestamp());
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string target, object? body)
    {
        using var request = new HttpRequestMessage(method, target);
        request.Headers.Authorization = new("Bearer", Platform.ServiceKey);
        request.Headers.Add("X-Tenant-Id", Tenant);
        request.Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return await client.SendAsync(request);
    }

    /// <summary>The answer's data when the act was acknowledged; null when the program said that it failed on its side.</summary>
    private async Task<JsonElement?> AcknowledgedAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var body = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode >= 500)
        {
            Refused++;
            return null;
        }

        answer.StatusCode.ShouldBe(expected, body);
        Acknowledged++;
        return body.Length == 0 ? default(JsonElement) : JsonElement.Parse(body).GetProperty("data");
    }

    private static LedgerKey Made(JsonElement data, string name)
    {
        var key = new LedgerKey(data.GetProperty("id").GetGuid(), data.GetProperty("api_key").GetString()!, data.GetProperty("api_key_secret").GetString()!, name);
        key.Actions.Add("key.created");
        return key;
    }

    private string NewName() => $"client {number} name {++names}";
}

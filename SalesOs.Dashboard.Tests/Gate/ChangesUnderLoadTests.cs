using System.Net;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>
/// While clients call without pause, no request that begins after a change was acknowledged is judged by what held before it, and none that was answered before
/// the change began is judged by what came after.
/// </summary>
public sealed class ChangesUnderLoadTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private const int Clients = 4;

    [Fact]
    [Trait("Speed", "Slow")]
    public Task Revoked_NoneIsLetInAfterTheAnswer() => RevokeAsync(150);

    [Fact]
    [Trait("Speed", "Long")]
    public Task Revoked_AThousandKeys_NoneIsLetInAfterTheAnswer() => RevokeAsync(1000);

    private async Task RevokeAsync(int count)
    {
        var keys = await MakeAsync(count, _ => new NewKey("revoked"));
        using var platform = gate.Dashboard.NewClient();
        platform.DefaultRequestHeaders.Add("Authorization", "Bearer " + Platform.ServiceKey);
        platform.DefaultRequestHeaders.Add("X-Tenant-Id", KeyHouse.Acme);

        await RunAsync(keys, "/v1/whoami", HttpStatusCode.Unauthorized, async i =>
        {
            using var answer = await platform.PostAsync($"/v1/api-keys/{keys[i].Key.Id}/revoke", content: null);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        });
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Expired_EachAtItsSecond_NoneIsLetInFromThenOn()
    {
        var start = gate.Clock.GetUtcNow();
        var keys = await MakeAsync(150, i => new NewKey("expiring", ExpiresAt: start.AddSeconds(i + 1)));

        await RunAsync(keys, "/v1/whoami", HttpStatusCode.Unauthorized, i =>
        {
            gate.Clock.SetUtcNow(start.AddSeconds(i + 1));
            return Task.CompletedTask;
        });
    }

    public static TheoryData<string, HttpStatusCode> Edits { get; } = new()
    {
        { "scopes", HttpStatusCode.Forbidden },
        { "rate_limit", HttpStatusCode.TooManyRequests },
        { "allowed_ips", HttpStatusCode.Forbidden },
    };

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Edits))]
    public async Task Edited_Narrower_HoldsForTheNextRequest(string setting, HttpStatusCode refused)
    {
        var edit = setting switch
        {
            "scopes" => new KeyEdit { Scopes = new(true, [Scopes.DefaultSync]) },
            "rate_limit" => new KeyEdit { RateLimit = 1 },
            _ => new KeyEdit { AllowedIps = new(true, ["203.0.113.0/24"]) },
        };
        var keys = await MakeAsync(60, _ => new NewKey("edited"));

        await RunAsync(keys, "/v1/leads/none", refused, async i => (await gate.Keys.EditAsync(keys[i].Key.Id, edit, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue());
    }

    private async Task<IReadOnlyList<CreatedKey>> MakeAsync(int count, Func<int, NewKey> settings)
    {
        var keys = new List<CreatedKey>();
        for (var i = 0; i < count; i++)
        {
            keys.Add(await gate.MakeAsync(settings(i)));
        }

        return keys;
    }

    /// <summary>Changes one key after the other, each while clients call with it, and calls with it at once after the change.</summary>
    private async Task RunAsync(IReadOnlyList<CreatedKey> keys, string target, HttpStatusCode refused, Func<int, Task> change)
    {
        var inUse = keys.Select(_ => new TaskCompletionSource()).ToArray();
        var current = 0;
        // Keys below the first have begun to change, those below the second have been changed.
        var (begun, changed) = (0, 0);
        var (letIn, late) = (0, 0);
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(seed => Task.Run(async () =>
        {
            using var client = gate.Dashboard.NewClient();
            var random = new Random(seed);
            while (!over.IsCancellationRequested)
            {
                // Mostly the key whose turn it is, else one that has just had it.
                var i = Math.Max(0, Volatile.Read(ref current) - (random.Next(4) == 0 ? random.Next(1, 4) : 0));
                var mustBeRefused = i < Volatile.Read(ref changed);
                var isRefused = await CallAsync(client, keys[i], target) == refused;
                var mayBeRefused = i < Volatile.Read(ref begun);
                (isRefused || !mustBeRefused).ShouldBeTrue($"key {i} was let in by a request that began after its change");
                (!isRefused || mayBeRefused).ShouldBeTrue($"key {i} was refused before its change");
                Interlocked.Add(ref letIn, isRefused ? 0 : 1);
                Interlocked.Add(ref late, mustBeRefused ? 1 : 0);
                inUse[i].TrySetResult();
            }
        })).ToList();

        using var next = gate.Dashboard.NewClient();
        try
        {
            for (var i = 0; i < keys.Count; i++)
            {
                Volatile.Write(ref current, i);
                await Task.WhenAny(inUse[i].Task, Task.WhenAny(clients).Unwrap());
                Volatile.Write(ref begun, i + 1);
                await change(i);
                Volatile.Write(ref changed, i + 1);
                (await CallAsync(next, keys[i], target)).ShouldBe(refused);
            }
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(clients);
        letIn.ShouldBeGreaterThanOrEqualTo(keys.Count, "every key was in use when it was changed");
        late.ShouldBeGreaterThan(keys.Count / 2, "the clients went on after the changes");
    }

    private async Task<HttpStatusCode> CallAsync(HttpClient client, CreatedKey key, string target)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.TryAddWithoutValidation("Authorization", RequestSigner.Authorization(key.ApiKey, key.Secret, gate.Seconds, "GET", target, []));
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}

using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>However policy and keys are changed, over the API or by the services that the pages call: what a <c>require</c> forbids is made by nothing.</summary>
public class PolicySequenceTests(PolicySequenceTests.World world) : IClassFixture<PolicySequenceTests.World>
{
    private static int tenants;

    [Fact]
    public async Task AnySequence_OfCallsFromPageAndApi_MakesNoKeyThatARequireForbids() => await Gen.Int[0, 1_000_000].Array[12, 36].SampleAsync(
        async steps =>
        {
            var run = new Run(world.Api, $"sequence-{Interlocked.Increment(ref tenants)}");
            foreach (var step in steps)
            {
                await run.StepAsync(new Random(step));
            }
        },
        iter: 25,
        threads: 1);

    private sealed class Run(ManagementApi api, string tenant)
    {
        /// <summary>What each key breaks for having been there before the demand was.</summary>
        private readonly Dictionary<Guid, HashSet<PolicyRule>> excused = [];

        private KeyPolicy policy = KeyPolicy.None;

        private Caller Caller => KeyHouse.Admin(tenant);

        public async Task StepAsync(Random random)
        {
            var some = excused.Count == 0 ? Guid.Empty : excused.Keys.ElementAt(random.Next(excused.Count));
            var overApi = random.Next(2) == 0;
            switch (random.Next(6))
            {
                case 0:
                    await SetAsync(Demand(random), overApi);
                    return;
                case 1 when some != Guid.Empty:
                    await (overApi ? SendAsync("POST", $"/v1/api-keys/{some}/rotate", random.Next(2) == 0 ? "{}" : """{"expires_in_days":20}""") : Get<KeyReveals>().RotateAsync(some, Caller));
                    break;
                case 2 or 3 when some != Guid.Empty:
                    var edit = Edit(random);
                    await (overApi ? SendAsync("PATCH", $"/v1/api-keys/{some}", edit.ToJson()) : Get<ApiKeyService>().EditAsync(some, edit, ifVersion: null, Caller));
                    break;
                default:
                    var made = Edit(random);
                    await (overApi
                        ? SendAsync("POST", "/v1/api-keys", made.ToJson("made"))
                        : Get<KeyReveals>().CreateAsync(new NewKey("made", KeyEnvironment.Live, made.Scopes.Value, made.RateLimit.Or(1000), made.ExpiresInDays, AllowedIps: made.AllowedIps.Value, SingleUse: made.SingleUse.Or(true)), Caller));
                    break;
            }

            foreach (var key in await KeysAsync())
            {
                var broken = Broken(key);
                broken.Except(excused.GetValueOrDefault(key.Id, [])).ShouldBeEmpty($"{key.Name} of {tenant}");
                // What was mended once is excused no more.
                excused[key.Id] = broken;
            }
        }

        private async Task SetAsync(KeyPolicy wanted, bool overApi)
        {
            await (overApi ? SendAsync("PUT", "/v1/policy", JsonSerializer.Serialize(wanted, Envelope.Json)) : Get<KeyPolicies>().SetAsync(wanted, ifVersions: null, Caller));
            policy = wanted;
            foreach (var key in await KeysAsync())
            {
                excused[key.Id] = Broken(key);
            }
        }

        private async Task<IReadOnlyList<ApiKeyView>> KeysAsync() => (await Get<ApiKeyService>().ListAsync(new KeyQuery(PerPage: 100), Caller)).Value!.Keys;

        /// <summary>The rules said once more, so that the program is not judged by itself.</summary>
        private HashSet<PolicyRule> Broken(ApiKeyView key)
        {
            (PolicyRule Rule, bool Broken)[] all =
            [
                (PolicyRule.MaxLifetimeDays, key.ExpiresAt is null || key.ExpiresAt - key.CreatedAt > TimeSpan.FromDays(policy.MaxLifetimeDays.Value ?? 0)),
                (PolicyRule.ScopesRequired, key.Scopes.Count == 0),
                (PolicyRule.AllowedIpsRequired, key.AllowedIps.Count == 0),
                (PolicyRule.MaxRateLimit, key.RateLimit > policy.MaxRateLimit.Value),
                (PolicyRule.SingleUseRequired, !key.SingleUse),
            ];
            return [.. all.Where(one => one.Broken && policy.Of(one.Rule).Level == PolicyLevel.Require).Select(one => one.Rule)];
        }

        private static KeyPolicy Demand(Random random)
        {
            var wanted = KeyPolicy.None;
            foreach (var rule in KeyPolicy.Rules.Where(_ => random.Next(2) == 0))
            {
                wanted = wanted.With(rule, new PolicyDemand { Level = (PolicyLevel)random.Next(1, 3), Value = rule == PolicyRule.MaxRateLimit ? 800 : KeyPolicy.MostOf(rule) is null ? null : 30 });
            }

            return wanted;
        }

        private static Settings Edit(Random random) => new()
        {
            Scopes = random.Next(3) == 0 ? default : new(true, random.Next(2) == 0 ? [] : [Scopes.LeadsRead]),
            AllowedIps = random.Next(3) == 0 ? default : new(true, random.Next(2) == 0 ? [] : ["203.0.113.7"]),
            RateLimit = random.Next(3) == 0 ? default : new(true, random.Next(2) == 0 ? 500 : 5000),
            SingleUse = random.Next(3) == 0 ? default : new(true, random.Next(2) == 0),
            ExpiresInDays = random.Next(3) switch { 0 => null, 1 => 20, _ => 60 },
        };

        private T Get<T>()
            where T : notnull => api.Dashboard.Services.GetRequiredService<T>();

        private async Task SendAsync(string method, string target, string body)
        {
            var reply = await api.SendAsync("platform", method, target, body, [tenant]);
            ((int)reply.Status is 200 or 201 or 409 or 400).ShouldBeTrue(reply.Json.GetRawText());
        }
    }

    private sealed record Settings : KeyEdit
    {
        public string ToJson(string? name = null)
        {
            var body = new Dictionary<string, object?>(StringComparer.Ordinal);
            Add("name", name is not null, name);
            Add("scopes", Scopes.IsGiven, Scopes.Value);
            Add("allowed_ips", AllowedIps.IsGiven, AllowedIps.Value);
            Add("rate_limit", RateLimit.IsGiven, RateLimit.Value);
            Add("single_use", SingleUse.IsGiven, SingleUse.Value);
            Add("expires_in_days", ExpiresInDays is not null, ExpiresInDays);
            return JsonSerializer.Serialize(body);

            void Add(string field, bool given, object? value)
            {
                if (given)
                {
                    body[field] = value;
                }
            }
        }
    }

    public sealed class World : IAsyncLifetime
    {
        public ManagementApi Api { get; } = new() { Settings = ["--Api:RequestsPerMinute=100000"] };

        public ValueTask InitializeAsync() => Api.InitializeAsync();

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }
}

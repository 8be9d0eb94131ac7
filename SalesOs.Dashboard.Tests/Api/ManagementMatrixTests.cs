using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Each operation × each kind of caller: exactly the documented answer. A case each, so that one that is wrong hides no other.</summary>
public class ManagementMatrixTests(ManagementMatrixTests.World world) : IClassFixture<ManagementMatrixTests.World>
{
    private static readonly string[] Callers =
    [
        "nobody",
        "wrong token",
        "expired token",
        "api key as token",
        "member without capability",
        "auditor",
        "admin",
        "other tenant's admin",
        "platform without tenant",
        "platform with tenant",
        "platform with two tenants",
        "platform with another tenant",
        "browser cookie",
    ];

    private static readonly string[] Strangers = ["other tenant's admin", "platform with another tenant", "platform with a tenant never seen"];

    private readonly ManagementApi api = world.Api;

    public static TheoryData<string, string> EveryOperationByEachCaller { get; } =
        [.. ManagementOperation.All.SelectMany(operation => Callers.Select(who => new TheoryDataRow<string, string>(operation.ToString(), who)))];

    public static TheoryData<string, string> EveryOperationOnOneByEachStranger { get; } =
        [.. ManagementOperation.All.Where(o => o.NamesOne).SelectMany(operation => Strangers.Select(who => new TheoryDataRow<string, string>(operation.ToString(), who)))];

    [Fact]
    public void Operations_AreThoseOfTheEndpointTable()
    {
        var table = api.Dashboard.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>()?.Policy == SalesOs.Dashboard.SignIn.SignInSchemes.ApiPolicy)
            .Select(e => $"{e.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0]} /{e.RoutePattern.RawText!.Trim('/')}");

        ManagementOperation.All.Select(o => o.ToString()).ShouldBe(table, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(EveryOperationByEachCaller))]
    public async Task Operation_ByCaller_GivesTheDocumentedAnswer(string operationName, string who)
    {
        var operation = ManagementOperation.Of(operationName);
        var (key, target) = await NamedAsync(operation, isRefused: Documented(operation, who).Code is not null);
        (int Status, string? Code) answer;
        if (who == "browser cookie")
        {
            using var client = api.Dashboard.NewClient(cookies: world.Visitor.Cookies);
            using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Method), target);
            using var response = await client.SendAsync(request);
            world.Visitor.SessionCookie.ShouldNotBeNull();
            answer = ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("code").GetString());
        }
        else
        {
            var (caller, tenants) = CallerOf(who, key);
            var reply = await api.SendAsync(caller, operation.Method, target, operation.BodyOn(key.GetProperty("id").GetString()!), tenants);
            answer = ((int)reply.Status, (int)reply.Status >= 400 ? reply.Code : null);
        }

        answer.ShouldBe(Documented(operation, who));
    }

    [Theory]
    [MemberData(nameof(EveryOperationOnOneByEachStranger))]
    public async Task Id_OfAnotherTenant_GivesTheBytesOfOneThatWasNeverUsed(string operationName, string who)
    {
        var operation = ManagementOperation.Of(operationName);
        var (token, tenant) = who switch
        {
            "other tenant's admin" => (await api.TokenAsync("admin@beta.test"), KeyHouse.Beta),
            "platform with another tenant" => (Platform.ServiceKey, KeyHouse.Beta),
            _ => (Platform.ServiceKey, "never-seen"),
        };
        var (key, target) = await NamedAsync(operation, isRefused: true);
        var (id, absent) = (key.GetProperty("id").GetString()!, Guid.CreateVersion7().ToString());
        var foreign = await RawAsync(target, operation.BodyOn(id));
        var never = await RawAsync(operation.On(absent, Guid.CreateVersion7().ToString(), "999999999", Guid.CreateVersion7().ToString(), Guid.CreateVersion7().ToString(), absent), operation.BodyOn(absent));

        foreign.Status.ShouldBe(404);
        foreign.WithoutIdAndTimes().ShouldBe(never.WithoutIdAndTimes());

        Task<RawAnswer> RawAsync(string target, string? body) => new RawRequest(operation.Method, target) { Body = Encoding.UTF8.GetBytes(body ?? "") }
            .With("Authorization: Bearer " + token, "X-Tenant-Id: " + tenant, "Content-Type: application/json").SendAsync(api.Dashboard.BaseAddress);
    }

    private static (int Status, string? Code) Documented(ManagementOperation operation, string who) => who switch
    {
        "nobody" or "wrong token" or "expired token" or "api key as token" or "browser cookie" => (401, "UNAUTHORIZED"),
        "member without capability" => (403, "FORBIDDEN"),
        "auditor" when operation.Manages => (403, "FORBIDDEN"),
        "platform without tenant" or "platform with two tenants" => (400, "VALIDATION_ERROR"),
        "other tenant's admin" or "platform with another tenant" when operation.NamesOne => (404, "NOT_FOUND"),
        "platform with tenant" when operation.ByPeople => (409, "CONFLICT"),
        _ => (operation.Done, null),
    };

    private (string? Caller, string[] Tenants) CallerOf(string who, JsonElement key) => who switch
    {
        "nobody" => (null, []),
        "wrong token" => ("token:" + world.Live[..^3] + "abc", []),
        "expired token" => ("token:" + world.Expired, []),
        "api key as token" => ("token:" + key.GetProperty("api_key").GetString(), [KeyHouse.Acme]),
        "member without capability" => ("rep@acme.test", []),
        "auditor" => ("auditor@acme.test", []),
        "admin" => ("admin@acme.test", []),
        "other tenant's admin" => ("admin@beta.test", [KeyHouse.Acme]),
        "platform without tenant" => ("platform", []),
        "platform with tenant" => ("platform", [KeyHouse.Acme]),
        "platform with two tenants" => ("platform", [KeyHouse.Acme, KeyHouse.Beta]),
        "platform with another tenant" => ("platform", [KeyHouse.Beta]),
        _ => throw new ArgumentOutOfRangeException(nameof(who)),
    };

    /// <summary>What an operation is tried on. Callers who are refused change nothing, so they all share one.</summary>
    private async Task<(JsonElement Key, string Target)> NamedAsync(ManagementOperation operation, bool isRefused)
    {
        // An export must be further on in its log than the other tenants' logs are by then.
        var isShared = isRefused && !operation.Target.Contains("{sequence}", StringComparison.Ordinal);
        if (isShared && world.Shared.TryGetValue(operation, out var shared))
        {
            return shared;
        }

        var key = await MadeForAsync(operation);
        var review = await ReviewAsync(operation);
        var target = operation.On(
            key.GetProperty("id").GetString()!,
            world.Refused,
            await ExportAsync(operation, review),
            await PersonAsync(operation),
            await BrownOutAsync(operation, key),
            await world.ToldAsync(operation, isRefused),
            review);
        if (isShared)
        {
            world.Shared.Add(operation, (key, target));
        }

        return (key, target);
    }

    private async Task<JsonElement> MadeForAsync(ManagementOperation operation)
    {
        var key = await api.CreateAsync("platform", tenant: [KeyHouse.Acme]);
        if (operation.OfRevoked)
        {
            (await api.SendAsync("platform", "POST", $"/v1/api-keys/{key.GetProperty("id").GetString()}/revoke", tenant: [KeyHouse.Acme])).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        }

        if (operation.OfRotated)
        {
            (await api.SendAsync("platform", "POST", $"/v1/api-keys/{key.GetProperty("id").GetString()}/rotate", tenant: [KeyHouse.Acme])).Status.ShouldBe(System.Net.HttpStatusCode.Created);
        }

        return key;
    }

    /// <summary>The sequence of an export, or of a report of the review.</summary>
    private async Task<string> ExportAsync(ManagementOperation operation, string? review) =>
        !operation.Target.Contains("{sequence}", StringComparison.Ordinal) ? ""
        : review is null ? await world.ExportAsync()
        : (await api.SendAsync("platform", "GET", $"/v1/reviews/{review}/report", tenant: [KeyHouse.Acme])).Headers.GetValues("Link").Single().Split('/', '>')[5];

    private async Task<string> BrownOutAsync(ManagementOperation operation, JsonElement key) => operation.Target.Contains("{brown_out_id}", StringComparison.Ordinal)
        ? (await api.SendAsync("platform", "POST", $"/v1/api-keys/{key.GetProperty("id").GetString()}/brown-outs", """{"minutes":5}""", [KeyHouse.Acme]))
            .Data.GetProperty("brown_outs")[0].GetProperty("id").GetString()!
        : "";

    /// <summary>A review of all keys of Acme.</summary>
    private async Task<string?> ReviewAsync(ManagementOperation operation) => operation.Target.StartsWith("/v1/reviews/", StringComparison.Ordinal)
        ? (await api.SendAsync("platform", "POST", "/v1/reviews", $$"""{"name":"all","due_at":"{{ManagementOperation.ReviewDue}}"}""", [KeyHouse.Acme])).Data.GetProperty("id").GetString()!
        : operation.Target.StartsWith("/v1/approvals/", StringComparison.Ordinal) ? (await WaitingRequest.MakeAsync(api.Dashboard, KeyHouse.Acme)).ToString()
        : null;

    /// <summary>Somebody of Acme who is in its log.</summary>
    private async Task<string> PersonAsync(ManagementOperation operation)
    {
        if (!operation.Target.StartsWith("/v1/people/", StringComparison.Ordinal))
        {
            return "";
        }

        await api.CreateAsync("owner@acme.test");
        return (await api.SendAsync("owner@acme.test", "GET", "/v1/audit-entries?actor=owner@acme.test")).Data[0].GetProperty("actor_id").GetString()!;
    }

    /// <summary>A dashboard with what operations name: a refused request and an export of Acme, and a person with a session there.</summary>
    public sealed class World : IAsyncLifetime
    {
        private readonly Dictionary<string, string> told = new(StringComparer.Ordinal);
        private string? delivery;

        /// <summary>What each operation was tried on by those who were refused.</summary>
        internal Dictionary<ManagementOperation, (JsonElement Key, string Target)> Shared { get; } = [];

        public ManagementApi Api { get; } = new() { Settings = ["--Api:RequestsPerMinute=100000"] };

        /// <summary>Tokens of <c>admin@acme.test</c>.</summary>
        public string Expired { get; private set; } = "";

        public string Live { get; private set; } = "";

        /// <summary>The id of a refused request of Acme that is on record.</summary>
        public string Refused { get; private set; } = "";

        internal Visitor Visitor { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Api.InitializeAsync();
            Expired = await Api.TokenAsync("admin@acme.test");
            Api.Clock.AdjustTime(Api.Clock.GetUtcNow().AddDays(1));
            Live = await Api.TokenAsync("admin@acme.test");
            string.Equals(Live, Expired, StringComparison.Ordinal).ShouldBeFalse();
            Refused = await RefusedAsync();
            // A tenant without keys has nothing to review.
            await Api.CreateAsync("platform", tenant: [KeyHouse.Beta]);
            Visitor = new Visitor(Api.Dashboard);
            await Visitor.SignInAsync(returnUrl: "/health/live");
        }

        public ValueTask DisposeAsync()
        {
            Visitor?.Dispose();
            return Api.DisposeAsync();
        }

        private async Task<string> RefusedAsync()
        {
            var key = await Api.CreateAsync("platform", tenant: [KeyHouse.Acme]);
            var header = RequestSigner.Authorization(
                key.GetProperty("api_key").GetString()!, key.GetProperty("api_key_secret").GetString()!, Api.Clock.GetUtcNow().ToUnixTimeSeconds(), "GET", "/v1/other", []);
            var id = (await new RawRequest("GET", "/v1/whoami").With("Authorization: " + header).SendAsync(Api.Dashboard.BaseAddress))["X-Request-Id"]!;
            for (var tries = 0; tries < 200; tries++)
            {
                await Api.Dashboard.Services.GetRequiredService<UsageWriter>().FlushAsync();
                if ((int)(await Api.SendAsync("platform", "GET", "/v1/rejections/" + id, tenant: [KeyHouse.Acme])).Status == 200)
                {
                    return id;
                }

                await Task.Delay(10);
            }

            throw new TimeoutException("The refused request is not on record.");
        }

        /// <summary>A webhook, an e-mail address or a delivery of Acme; the two first are new, and take the place of the one before, unless they are for callers who are refused.</summary>
        public async Task<string?> ToldAsync(ManagementOperation operation, bool isRefused)
        {
            if (operation.OfNotices is not { } kind)
            {
                return null;
            }

            if (kind == "deliveries")
            {
                return delivery ??= await DeliveryAsync();
            }

            if (isRefused)
            {
                return await MadeAsync(kind);
            }

            if (told.TryGetValue(kind, out var before))
            {
                await Api.SendAsync("platform", "DELETE", $"/v1/notices/{kind}/{before}", tenant: [KeyHouse.Acme]);
            }

            return told[kind] = await MadeAsync(kind);
        }

        private async Task<string> MadeAsync(string kind)
        {
            var operation = ManagementOperation.Of("POST /v1/notices/" + kind);
            return (await Api.SendAsync("platform", "POST", operation.Target, operation.BodyOn(""), [KeyHouse.Acme])).Data.GetProperty("id").GetString()!;
        }

        /// <summary>Of a test to a webhook that stays; the courier makes it, a moment later.</summary>
        private async Task<string> DeliveryAsync()
        {
            var webhook = await MadeAsync("webhooks");
            await Api.SendAsync("platform", "POST", $"/v1/notices/webhooks/{webhook}/test", tenant: [KeyHouse.Acme]);
            for (var tries = 0; tries < 1000; tries++)
            {
                var list = await Api.SendAsync("platform", "GET", $"/v1/notices/deliveries?receiver={webhook}", tenant: [KeyHouse.Acme]);
                if (list.Data.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } made)
                {
                    return made.GetProperty("id").GetString()!;
                }

                await Task.Delay(10);
            }

            throw new TimeoutException("The test is not on its way.");
        }

        /// <summary>A new export of Acme: further on in its log than the other tenants' logs are, since every test adds more to it than to theirs.</summary>
        public async Task<string> ExportAsync()
        {
            for (var i = 0; i < 3; i++)
            {
                await Api.CreateAsync("platform", tenant: [KeyHouse.Acme]);
            }

            var export = await Api.SendAsync("platform", "GET", "/v1/audit-entries/export", tenant: [KeyHouse.Acme]);
            return export.Headers.GetValues("Link").Single().Split('/', '>')[4];
        }
    }
}

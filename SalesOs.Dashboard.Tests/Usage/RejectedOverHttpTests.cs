using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage;

/// <summary>What the gate hands on: a refused request is found by the id that its answer carried.</summary>
public class RejectedOverHttpTests(SharedDashboard shared) : IClassFixture<SharedDashboard>
{
    private readonly RunningDashboard program = shared.Dashboard;

    [Fact]
    public async Task Refused_SignedOverTheMinifiedBody_IsFoundByItsRequestIdWithTheMistake()
    {
        var made = await MakeAsync(program);
        var now = shared.Clock.GetUtcNow().ToUnixTimeSeconds();
        var authorization = RequestSigner.Authorization(made.ApiKey, made.Secret, now, "POST", "/v1/leads", """{"name":"Rui"}"""u8);
        var view = await RefusedAsync(program, HttpMethod.Post, "/v1/leads", authorization, """{ "name": "Rui" }""");

        view.Verdict.ShouldBe(Verdict.BadSignature);
        view.Culprit.ShouldBe(Culprit.MinifiedBody);
        view.Proven.ShouldBeFalse();
        view.KeyId.ShouldBe(made.Key.Id);
        view.Target.ShouldBe("/v1/leads");
        view.Scope.ShouldBe("leads:write");
        view.Address.ShouldBe("127.0.0.1");
        view.Agent.ShouldBe("client/1");
        view.SkewSeconds!.Value.ShouldBeInRange(0, 20);
    }

    [Fact]
    public async Task Refused_OldBearerForm_ReachesTheOwnerOfTheKey()
    {
        var made = await MakeAsync(program);
        var view = await RefusedAsync(program, HttpMethod.Get, "/v1/whoami?a=%2F", $"Bearer {made.ApiKey}", body: null);
        view.Verdict.ShouldBe(Verdict.MalformedAuthorization);
        view.Target.ShouldBe("/v1/whoami?a=%2F");
        view.BodyDigest.ShouldBeNull();
    }

    [Fact]
    public async Task Refused_ProvenWithoutScope_IsKeptAmongTheProven()
    {
        var made = await MakeAsync(program, Scopes.LeadsRead);
        var authorization = RequestSigner.Authorization(made.ApiKey, made.Secret, shared.Clock.GetUtcNow().ToUnixTimeSeconds(), "POST", "/v1/leads", "{}"u8);
        var view = await RefusedAsync(program, HttpMethod.Post, "/v1/leads", authorization, "{}", HttpStatusCode.Forbidden);
        view.Verdict.ShouldBe(Verdict.MissingScope);
        view.Proven.ShouldBeTrue();
    }

    private static async Task<CreatedKey> MakeAsync(RunningDashboard program, params string[] scopes) =>
        (await program.Services.GetRequiredService<ApiKeyService>().CreateAsync(new NewKey("Zapier", Scopes: scopes), KeyHouse.Admin())).Value!;

    private static async Task<RejectionView> RefusedAsync(
        RunningDashboard program, HttpMethod method, string target, string authorization, string? body, HttpStatusCode status = HttpStatusCode.Unauthorized)
    {
        using var request = new HttpRequestMessage(method, target);
        request.Headers.TryAddWithoutValidation("Authorization", authorization).ShouldBeTrue();
        request.Headers.UserAgent.ParseAdd("client/1");
        request.Content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using var response = await program.Client.SendAsync(request);
        response.StatusCode.ShouldBe(status);
        var id = Guid.Parse(response.Headers.GetValues(RequestId.Header).Single());
        var query = program.Services.GetRequiredService<RejectionQuery>();
        // It is taken down after the answer.
        for (var tries = 0; tries < 200; tries++)
        {
            await program.Services.GetRequiredService<UsageWriter>().FlushAsync();
            if ((await query.FindAsync(id, KeyHouse.Auditor())).Value is { } view)
            {
                return view;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("The refused request was not found.");
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Check 10: a signature that was accepted opens nothing a second time.</summary>
public sealed class SingleUseTests(SingleUseTests.FailingOnce gate) : IClassFixture<SingleUseTests.FailingOnce>
{
    [Fact]
    public async Task Post_SentAgain_Is409AndSaysWhatToDo()
    {
        var key = await gate.MakeAsync(singleUse: null);
        var before = await LeadsAsync(await gate.MakeAsync(singleUse: null));
        var request = gate.SignedLead(key);
        (await gate.SendAsync(request)).Status.ShouldBe(201);

        var replayed = await gate.SendAsync(request);

        replayed.Status.ShouldBe(409);
        replayed.Code.ShouldBe("REPLAYED_REQUEST");
        replayed.Json.GetProperty("error").GetProperty("message").GetString().ShouldBe("This signed request was already accepted: sign again with a new timestamp");
        replayed["X-RateLimit-Remaining"].ShouldBe("998", "check 9 has granted it");
        (await gate.RejectionAsync(replayed)).ShouldSatisfyAllConditions(r => r.Proven.ShouldBeTrue(), r => r.Verdict.ShouldBe(Verdict.Replayed));
        (await LeadsAsync(key)).ShouldBe(before + 1);

        gate.Clock.Advance(TimeSpan.FromSeconds(1));
        (await gate.SendAsync(gate.SignedLead(key))).Status.ShouldBe(201, "the same body with a new timestamp");

        async Task<int> LeadsAsync(CreatedKey by) => (await gate.CallAsync(by, target: "/v1/leads")).Json.GetProperty("meta").GetProperty("total").GetInt32();
    }

    [Fact]
    public async Task Get_SentAgain_IsLetIn()
    {
        var request = gate.Signed(await gate.MakeAsync(singleUse: true));

        (await gate.SendAsync(request)).Status.ShouldBe(200);
        (await gate.SendAsync(request)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("POST", "/v1/leads", 400)]
    [InlineData("PATCH", "/v1/leads/00000000-0000-0000-0000-000000000000", 404)]
    [InlineData("POST", "/functions/v1/default-integration", 400)]
    public async Task Request_AnsweredWith4xx_IsUsedUpAllTheSame(string method, string target, int status)
    {
        var request = gate.Signed(await gate.MakeAsync(singleUse: true), method, target, "{}"u8.ToArray()).With("Content-Type: application/json");

        (await gate.SendAsync(request)).Status.ShouldBe(status);
        (await gate.SendAsync(request)).Status.ShouldBe(409);
    }

    [Fact]
    public async Task Request_AnsweredWith5xx_MayBeSentAgain()
    {
        var request = gate.Signed(await gate.MakeAsync(singleUse: true), "POST", "/v1/test/fails-once");

        (await gate.SendAsync(request)).Status.ShouldBe(503);
        (await gate.SendAsync(request)).Status.ShouldBe(200);
        (await gate.SendAsync(request)).Status.ShouldBe(409);
    }

    [Fact]
    public async Task Request_SentByManyAtOnce_IsLetInOnce()
    {
        var request = gate.SignedLead(await gate.MakeAsync(singleUse: true));

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => gate.SendAsync(request)));

        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Count(a => a.Status == 409).ShouldBe(31);
    }

    [Fact]
    public async Task Request_OfAKeyWithoutIt_IsLetInTwiceUntilAnEditSwitchesItOn()
    {
        var key = await gate.MakeAsync(singleUse: false);
        var request = gate.SignedLead(key);
        (await gate.SendAsync(request)).Status.ShouldBe(201);
        (await gate.SendAsync(request)).Status.ShouldBe(201);

        (await gate.Keys.EditAsync(key.Key.Id, new KeyEdit { SingleUse = true }, ifVersion: null, KeyHouse.Admin())).Value!.SingleUse.ShouldBeTrue();

        (await gate.SendAsync(request)).Status.ShouldBe(201, "nothing was remembered of it before");
        (await gate.SendAsync(request)).Status.ShouldBe(409);
    }

    [Fact]
    public async Task Request_SentAgainAtTheWindowsEdge_Is409AndBehindItIs401()
    {
        var request = gate.Signed(await gate.MakeAsync(singleUse: true), "POST", "/v1/leads", "{}"u8.ToArray(), skew: 30).With("Content-Type: application/json");
        (await gate.SendAsync(request)).Status.ShouldBe(400);

        gate.Clock.Advance(TimeSpan.FromSeconds(60));
        (await gate.SendAsync(request)).Status.ShouldBe(409);
        gate.Clock.Advance(TimeSpan.FromSeconds(1));
        (await gate.SendAsync(request)).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("Content-Type: text/plain", """{"name":"Rui","phone":"1"}""", 415)]
    [InlineData("Content-Type: application/json; charset=utf-16", """{"name":"Rui","phone":"1"}""", 415)]
    [InlineData("X-Nothing: 1", """{"name":"Rui","phone":"1"}""", 415)]
    [InlineData("Content-Type: application/json", """{"name":"Rui","phone":"1""", 400)]
    [InlineData("Content-Type: application/json", """["name"]""", 400)]
    public async Task Request_WhoseBodyCantBeRead_HasNotUsedUpItsSignature(string header, string body, int status)
    {
        foreach (var (method, target) in ((string, string)[])[("POST", "/v1/leads"), ("PATCH", $"/v1/leads/{Guid.NewGuid()}"), ("POST", "/functions/v1/default-integration")])
        {
            var request = gate.Signed(await gate.MakeAsync(singleUse: true), method, target, System.Text.Encoding.UTF8.GetBytes(body));

            (await gate.SendAsync(request.With(header))).Status.ShouldBe(status, target);
            (await gate.SendAsync(request.With(header))).Status.ShouldBe(status, target);
            (await gate.SendAsync(request.With("Content-Type: application/json"))).Status.ShouldBe(target == "/v1/leads" && status == 415 ? 201 : method == "PATCH" && status == 415 ? 404 : 400);
        }
    }

    [Fact]
    public async Task Request_InTheFirstSecondOfAll_IsLetIn()
    {
        await using var fresh = new OpenGate();
        await fresh.InitializeAsync();
        var key = await fresh.MakeAsync(singleUse: true);

        foreach (var skew in (int[])[-30, -1, 0, 30])
        {
            (await fresh.CallAsync(key, "POST", "/v1/leads", """{"name":"Rui","phone":"1"}""", skew)).Status.ShouldBe(201);
        }
    }

    public sealed class FailingOnce : OpenGate
    {
        private int calls;

        protected override void Map(WebApplication app) =>
            app.MapPost("/v1/test/fails-once", () => Interlocked.Increment(ref calls) == 1 ? Results.StatusCode(503) : Results.Ok()).RequireSignature();
    }
}

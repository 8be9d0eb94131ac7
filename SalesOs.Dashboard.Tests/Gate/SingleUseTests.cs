using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
        (await gate.RefusalAsync(replayed)).ShouldSatisfyAllConditions(r => r.Proven.ShouldBeTrue(), r => r.Verdict.ShouldBe(Verdict.Replayed));
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

    [Fact]
    public async Task Request_SignedBeforeTheStart_Is401SinceNothingIsKnownOfIt()
    {
        await using var fresh = new OpenGate();
        await fresh.InitializeAsync();
        var key = await fresh.MakeAsync(singleUse: true);

        var early = await fresh.CallAsync(key, "POST", "/v1/leads", "{}", skew: -1);

        early.Status.ShouldBe(401);
        (await fresh.RefusalAsync(early)).Verdict.ShouldBe(Verdict.SignedBeforeStart);
        (await fresh.CallAsync(key, "POST", "/v1/leads", "{}")).Status.ShouldBe(400);
        (await fresh.CallAsync(key, skew: -1)).Status.ShouldBe(200, "reading is not under single use");
    }

    public sealed class FailingOnce : OpenGate
    {
        private int calls;

        protected override void Map(WebApplication app) =>
            app.MapPost("/v1/test/fails-once", () => Interlocked.Increment(ref calls) == 1 ? Results.StatusCode(503) : Results.Ok()).RequireSignature();
    }
}

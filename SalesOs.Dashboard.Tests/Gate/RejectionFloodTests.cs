using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Somebody who knows a public key and nothing else, and sends as much as they can.</summary>
public sealed class RejectionFloodTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private const int Flood = 1500;

    [Fact]
    public async Task Outsider_WithThePublicKey_CannotPushTheOwnersRejectionsOut()
    {
        var key = await gate.MakeAsync(new NewKey("reader", Scopes: [Scopes.LeadsRead]));
        var own = new List<RawAnswer>();
        for (var i = 0; i < 20; i++)
        {
            own.Add(await gate.SendAsync(gate.SignedLead(key)));
            gate.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await FloodAsync(key, Flood / 20);
        }

        own.ShouldAllBe(answer => answer.Status == 403);
        foreach (var answer in own)
        {
            (await gate.RejectionAsync(answer)).ShouldSatisfyAllConditions(r => r.Verdict.ShouldBe(Verdict.MissingScope), r => r.Proven.ShouldBeTrue());
        }

        var query = gate.Dashboard.Services.GetRequiredService<RejectionQuery>();
        var unproven = (await query.ListAsync(key.Key.Id, 1, 100, proven: false, KeyHouse.Auditor())).Value!;
        unproven.Total.ShouldBe(Rejection.MostPerKey);
        (await query.ListAsync(key.Key.Id, 1, 100, proven: true, KeyHouse.Auditor())).Value!.Total.ShouldBe(own.Count);
        (await gate.VerdictsAsync(key))[Verdict.BadSignature].ShouldBe(Flood, "what is not kept is counted all the same");
        unproven.Dropped.ShouldBeGreaterThan(0);
    }

    /// <summary>Right in form and time, so that only the last of the costly checks refuses it.</summary>
    private async Task FloodAsync(CreatedKey key, int requests)
    {
        using var client = gate.Dashboard.NewClient();
        await Parallel.ForEachAsync(Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, cancelled) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/leads") { Content = new StringContent("""{ "name": "Rui" }""") };
            var forged = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
            request.Headers.TryAddWithoutValidation("Authorization", FormattableString.Invariant($"P2S-SIGN-V1 {key.ApiKey}:{gate.Seconds}:{forged}"));
            using var answer = await client.SendAsync(request, cancelled);
            ((int)answer.StatusCode).ShouldBe(401);
        });
    }
}

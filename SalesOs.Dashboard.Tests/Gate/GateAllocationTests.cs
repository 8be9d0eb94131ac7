using System.Net;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.Usage.Forecasts;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>What is set on a key costs its requests no memory.</summary>
public sealed class GateAllocationTests
{
    private const int Requests = 100;
    private const int Rounds = 100;
    private const string Agent = "erp/2";

    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private static readonly SignedRoute Route = new(Scopes.LeadsRead, MaxBodyBytes: null, Number: 0);
    private static readonly IPAddress Address = IPAddress.Parse("198.51.100.7");

    [Theory]
    [InlineData(nameof(RingKey.Scopes))]
    [InlineData(nameof(RingKey.AllowedIps))]
    [InlineData(nameof(RingKey.ExpiresAt))]
    [InlineData(nameof(RingKey.Pause))]
    [InlineData(nameof(RingKey.SingleUse))]
    [InlineData(nameof(RingKey.HasSuccessor))]
    [InlineData(nameof(RingKey.Scopes), nameof(RingKey.AllowedIps), nameof(RingKey.ExpiresAt), nameof(RingKey.Pause), nameof(RingKey.SingleUse), nameof(RingKey.HasSuccessor))]
    public void Request_OfAKeyWithSettings_TakesNotAByteMoreThanOfOneWithNothing(params string[] on)
    {
        var nothing = BytesOf(Make(), enough: 0);

        nothing.ShouldBeGreaterThan(0, "the request itself takes some");
        BytesOf(Make(on), enough: nothing).ShouldBeLessThanOrEqualTo(nothing);
    }

    /// <summary>All that is between a request's arrival and its route: judged, counted, and the caller noted.</summary>
    /// <remarks>What the runtime has compiled in haste boxes structs; what is called often it compiles once more, meanwhile. So the least counts.</remarks>
    /// <param name="enough">Bytes at which it is not measured again.</param>
    private static long BytesOf(RingKey key, long enough)
    {
        var (judged, recorder, now) = (new JudgedKey(key, Clock), new UsageRecorder(), Clock.GetUtcNow());
        var request = JudgedKey.Sign(key, now.ToUnixTimeSeconds(), "GET", Address);
        Take();
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > enough; round++)
        {
            least = Math.Min(least, Allocations.Of(Take));
        }

        return least;

        void Take()
        {
            for (var i = 0; i < Requests; i++)
            {
                var verdict = judged.JudgeAsync(request, Route);
                (verdict.IsCompletedSuccessfully && verdict.Result == Verdict.LetIn).ShouldBeTrue();
                recorder.LetIn(key, Route.Number, now.ToUnixTimeMilliseconds(), Address, Agent);
                if (key.HasSuccessor)
                {
                    recorder.Noticed(key, brownOut: null, Route.Number, now.ToUnixTimeMilliseconds(), Address, Agent);
                }
            }
        }
    }

    /// <summary>Scopes and addresses of which the last fits, an expiry, a pause that is over with five brown-outs to come, single use, a successor: those that are on.</summary>
    private static RingKey Make(params string[] on)
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        return new RingKey(CredentialFormat.NewApiKey(test: false), new byte[SignatureChain.DigestSize])
        {
            Ordinal = 0,
            Id = Guid.NewGuid(),
            Version = 1,
            TenantId = "acme",
            Name = "Warehouse sync",
            RateLimit = 1_000_000,
            Revoked = false,
            Scopes = on.Contains(nameof(RingKey.Scopes)) ? Scopes.All.Where(scope => scope != Scopes.LeadsRead).Append(Scopes.LeadsRead).ToArray() : [],
            AllowedIps = on.Contains(nameof(RingKey.AllowedIps)) ? Enumerable.Range(0, 10).Select(i => Block($"2001:db8:{i}::/48")).Append(Block("198.51.100.0/24")).ToArray() : [],
            ExpiresAt = on.Contains(nameof(RingKey.ExpiresAt)) ? now + 86_400_000 : long.MaxValue,
            SingleUse = on.Contains(nameof(RingKey.SingleUse)),
            HasSuccessor = on.Contains(nameof(RingKey.HasSuccessor)),
            Pause = !on.Contains(nameof(RingKey.Pause)) ? null : new RingPause
            {
                Until = now,
                ThenRevoked = false,
                Answer = PauseAnswer.KeyPaused,
                BrownOuts = Enumerable.Range(1, 5).Select(i => new BrownOutSpan(Guid.NewGuid(), now + (i * 3_600_000), now + (i * 3_600_000) + 300_000)).ToArray(),
            },
        };
    }

    private static AddressBlock Block(string text) => AddressBlock.TryParse(text, out var block) ? block : throw new ArgumentException(text);
}

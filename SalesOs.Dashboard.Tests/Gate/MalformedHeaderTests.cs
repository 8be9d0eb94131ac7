using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Signing;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Every header that the grammar forbids, sent to the program that knows the key whose good header it is one step away from.</summary>
public sealed class MalformedHeaderTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private static readonly Vector Known = Vector.All[1];

    [Fact]
    public async Task Header_OneStepFromAGoodOne_Is401WithoutALogLine()
    {
        Know();
        (await StatusAsync(MalformedHeaders.Good))["X-RateLimit-Limit"].ShouldBe("1000", "the good one is let in");
        var (refusedByServer, others) = (0, 0);

        foreach (var (name, header) in MalformedHeaders.ByShape)
        {
            // White space around a value is not part of it (RFC 9110, 5.5), and a whole line break ends the line.
            if (header.Trim(' ', '\t') == MalformedHeaders.Good || header == MalformedHeaders.Good + "\r\n")
            {
                continue;
            }

            var answer = await StatusAsync(header);

            // A line break or NUL never reaches the program.
            var expected = header.AsSpan().ContainsAny("\r\n\0") ? 400 : 401;
            answer.Status.ShouldBe(expected, name);
            _ = expected == 400 ? refusedByServer++ : others++;
        }

        others.ShouldBeGreaterThan(80);
        refusedByServer.ShouldBeGreaterThan(2);
        gate.Log.All.Where(line => line.Level >= LogLevel.Warning).ShouldBeEmpty();
    }

    private Task<RawAnswer> StatusAsync(string header) =>
        gate.SendAsync(new RawRequest(Known.Method, Known.Target) { Body = Known.Body }.With("Authorization: " + header, "Content-Type: application/json"));

    /// <summary>Puts the vector's key into the ring and sets the clock to its time.</summary>
    private void Know()
    {
        gate.Clock.AdjustTime(DateTimeOffset.FromUnixTimeSeconds(long.Parse(Known.Timestamp, System.Globalization.CultureInfo.InvariantCulture)));
        var ring = gate.Dashboard.Services.GetRequiredService<KeyRing>();
        ring.Put(new RingKey(Known.ApiKey, Convert.FromHexString(Known.K1))
        {
            Ordinal = ring.NextOrdinal(),
            Id = Guid.CreateVersion7(),
            TenantId = KeyHouse.Acme,
            Name = "vector",
            Scopes = [],
            RateLimit = 1000,
            ExpiresAt = long.MaxValue,
            Revoked = false,
            SingleUse = false,
            AllowedIps = [],
        });
    }
}

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

    [Theory]
    [InlineData("P2S-SIGN-V1 KEY:TIME:SIGNATURE\u00ff")]
    [InlineData("P2S-SIGN-V1 KEY:TIME\u00c0\u0080:SIGNATURE")]
    [InlineData("P2S-SIGN-V1\u00a0KEY:TIME:SIGNATURE")]
    [InlineData("\u00ef\u00bb KEY:TIME:SIGNATURE")]
    public async Task Header_OfBytesThatAreNotUtf8_Is401AndRecorded(string form)
    {
        var key = await gate.MakeAsync();
        var header = form.Replace("KEY", key.ApiKey, StringComparison.Ordinal)
            .Replace("TIME", gate.Seconds.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("SIGNATURE", new string('0', 64), StringComparison.Ordinal);
        using var client = new System.Net.Sockets.TcpClient();
        var address = gate.Dashboard.BaseAddress;
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes($"GET /v1/whoami HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: {header}\r\n\r\n"));

        var answer = await RawAnswer.ReadAsync(stream, hasBody: true);

        answer.Status.ShouldBe(401);
        answer.Code.ShouldBe("UNAUTHORIZED");
        (await gate.RejectionAsync(answer)).Verdict.ShouldBe(SalesOs.Dashboard.Usage.Verdict.MalformedAuthorization);
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
            Version = 1,
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

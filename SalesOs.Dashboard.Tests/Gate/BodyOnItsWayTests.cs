using System.Globalization;
using System.Net.Sockets;
using System.Text;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>A request is judged by what holds when its body has come, not by what held when it began.</summary>
public sealed class BodyOnItsWayTests(OpenGate gate) : IClassFixture<OpenGate>
{
    private const string Interim = "HTTP/1.1 100 Continue\r\n\r\n";
    private static readonly byte[] Lead = """{"name":"Rui","phone":"1"}"""u8.ToArray();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Key_RevokedWhileTheBodyComes_IsRefused(int pieces)
    {
        var key = await gate.MakeAsync();

        var answer = await SendAsync(key, pieces, async () => (await gate.Keys.RevokeAsync(key.Key.Id, "leaked", KeyHouse.Admin())).Done.ShouldBeTrue());

        answer.Status.ShouldBe(401);
        (await gate.VerdictsAsync(key)).ShouldBe(new Dictionary<Verdict, long> { [Verdict.Revoked] = 1 });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Key_ThatExpiresWhileTheBodyComes_IsRefused(int pieces)
    {
        var key = await gate.MakeAsync(new NewKey("expiring", ExpiresAt: gate.Clock.GetUtcNow().AddSeconds(10)));

        var answer = await SendAsync(key, pieces, () =>
        {
            gate.Clock.Advance(TimeSpan.FromSeconds(10));
            return Task.CompletedTask;
        });

        answer.Status.ShouldBe(401);
        (await gate.VerdictsAsync(key)).ShouldBe(new Dictionary<Verdict, long> { [Verdict.Expired] = 1 });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Key_NarrowedWhileTheBodyComes_IsHeldToIt(int pieces)
    {
        var key = await gate.MakeAsync();

        var answer = await SendAsync(key, pieces, async () =>
            (await gate.Keys.EditAsync(key.Key.Id, new KeyEdit { Scopes = new(true, [Scopes.LeadsRead]) }, ifVersion: null, KeyHouse.Admin())).Done.ShouldBeTrue());

        answer.Status.ShouldBe(403);
    }

    /// <summary>Sends the head, changes something once the program waits for the body, which it says by asking for it, and sends the body.</summary>
    private async Task<RawAnswer> SendAsync(CreatedKey key, int pieces, Func<Task> change)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(gate.Dashboard.BaseAddress.Host, gate.Dashboard.BaseAddress.Port);
        var stream = client.GetStream();
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST /v1/leads HTTP/1.1\r\nHost: {gate.Dashboard.BaseAddress.Authority}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {Lead.Length}\r\n")
            + $"Authorization: {RequestSigner.Authorization(key.ApiKey, key.Secret, gate.Seconds, "POST", "/v1/leads", Lead)}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        var asked = new byte[Interim.Length];
        await stream.ReadExactlyAsync(asked);
        Encoding.ASCII.GetString(asked).ShouldBe(Interim);
        if (pieces == 2)
        {
            await stream.WriteAsync(Lead.AsMemory(0, 5));
        }

        await change();
        await stream.WriteAsync(pieces == 2 ? Lead.AsMemory(5) : Lead);
        return await RawAnswer.ReadAsync(stream, hasBody: true);
    }
}

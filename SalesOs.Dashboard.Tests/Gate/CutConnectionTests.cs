using Microsoft.Extensions.Logging;
using SalesOs.Dashboard.Tests.Api;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

public sealed class CutConnectionTests : IAsyncLifetime
{
    private readonly OpenGate gate = new();

    public ValueTask InitializeAsync() => gate.InitializeAsync();

    public ValueTask DisposeAsync() => gate.DisposeAsync();

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("5\nabcde\r\n")]
    public async Task Chunks_Broken_Are400AndRecorded(string chunks)
    {
        var key = await gate.MakeAsync();

        for (var i = 0; i < 20; i++)
        {
            (await CutConnection.SendAsync(gate.Dashboard.BaseAddress, gate.Signed(key, "POST", "/v1/leads").With("Transfer-Encoding: chunked"), chunks, finish: false)).ShouldBe(400);
        }

        await gate.Dashboard.StopAsync();
        (await gate.VerdictsAsync(key)).ShouldBe(new Dictionary<Verdict, long> { [Verdict.MalformedRequest] = 20 });
        gate.Log.All.Where(line => line.Level >= LogLevel.Warning).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Content-Length: 100", "{")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nabc")]
    public async Task Body_ThatEndsEarly_IsNeverLetInAndLeavesNoLogLine(string framing, string body)
    {
        var key = await gate.MakeAsync();

        for (var i = 0; i < 100; i++)
        {
            (await CutConnection.SendAsync(gate.Dashboard.BaseAddress, gate.Signed(key, "POST", "/v1/leads").With(framing), body, finish: true)).ShouldBeOneOf(400, null);
        }

        await gate.Dashboard.StopAsync();
        (await gate.VerdictsAsync(key)).Keys.ShouldBeSubsetOf([Verdict.MalformedRequest]);
        gate.Log.All.Where(line => line.Level >= LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public async Task Connection_ResetWithinASignedBody_LeavesNoErrorInTheLog() =>
        await ResetAsync(gate.Signed(await gate.MakeAsync(), "POST", "/v1/leads"));

    [Fact]
    public async Task Connection_ResetWithinAManagementBody_LeavesNoErrorInTheLog() =>
        await ResetAsync(new RawRequest("POST", "/v1/api-keys").With($"Authorization: Bearer {Platform.ServiceKey}", "X-Tenant-Id: t", "Content-Type: application/json"));

    private async Task ResetAsync(RawRequest head)
    {
        for (var i = 0; i < 100; i++)
        {
            await CutConnection.ResetAsync(gate.Dashboard.BaseAddress, head.With("Content-Length: 1000"), "{");
        }

        (await gate.CallAsync(await gate.MakeAsync())).Status.ShouldBe(200);
        // Stopping waits for what is still under way.
        await gate.Dashboard.StopAsync();
        gate.Log.All.Where(line => line.Level >= LogLevel.Warning).ShouldBeEmpty();
    }
}

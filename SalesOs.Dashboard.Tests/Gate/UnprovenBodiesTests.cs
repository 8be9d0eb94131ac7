using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Gate;

/// <summary>Bodies of requests that are not yet proven have room up to <c>Gate:MaxUnprovenBytes</c>, all together.</summary>
public sealed class UnprovenBodiesTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose() => services.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_BesideOneThatFillsTheRoom_FindsNoneUntilThatIsProven(bool keep)
    {
        var room = new UnprovenBodies(new GateOptions(WindowSeconds: 30, MaxBodyBytes: MiB, MaxUnprovenBytes: MiB), services.GetRequiredService<IMeterFactory>());
        var first = await ReadAsync(room, MiB, keep: true);
        first.Fault.ShouldBeNull();
        room.Held.ShouldBe(MiB - UnprovenBodies.Free);

        (await ReadAsync(room, 100_000, keep)).Fault.ShouldBe(Verdict.NoRoomForBody);
        (await ReadAsync(room, UnprovenBodies.Free, keep)).Fault.ShouldBeNull();
        room.Held.ShouldBe(MiB - UnprovenBodies.Free, "what found no room holds none");

        room.Release(first.Held);
        (await ReadAsync(room, 100_000, keep)).Fault.ShouldBeNull();
    }

    private static async Task<SignedBody> ReadAsync(UnprovenBodies room, int length, bool keep)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(new byte[length]);
        context.Request.ContentLength = length;
        return await SignedBody.ReadAsync(context.Request, MiB, keep, room);
    }
}

using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public sealed class LiveKeysTests : IDisposable
{
    private readonly KeyFeed feed = new();
    private readonly FakeTimeProvider clock = new();
    private readonly List<KeyChange> told = [];
    private readonly LiveKeys live;

    public LiveKeysTests() => live = new LiveKeys(feed, "acme", clock, told.Add);

    [Fact]
    public void Feed_ManyChanges_AreToldAtMostTwiceASecond()
    {
        for (var millisecond = 0; millisecond < 10_000; millisecond += 10)
        {
            feed.Publish("acme", KeyChange.Figures, []);
            clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        told.Count.ShouldBeInRange(18, 21);
    }

    [Fact]
    public void Feed_FirstChange_IsToldAtOnce()
    {
        feed.Publish("acme", KeyChange.Keys, []);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        told.ShouldBe([KeyChange.Keys]);
    }

    [Fact]
    public void Feed_BothKindsWithinOneInterval_AreToldAsKeys()
    {
        feed.Publish("acme", KeyChange.Figures, []);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        feed.Publish("acme", KeyChange.Keys, []);
        feed.Publish("acme", KeyChange.Figures, []);
        clock.Advance(LiveKeys.Interval);

        told.ShouldBe([KeyChange.Figures, KeyChange.Keys]);
    }

    [Fact]
    public void Feed_OfAnotherTenant_IsNotHeard()
    {
        feed.Publish("beta", KeyChange.Keys, []);
        clock.Advance(LiveKeys.Interval);

        told.ShouldBeEmpty();
    }

    [Fact]
    public void Feed_OfKeysThatAreOfNoConcern_IsNotHeard()
    {
        var mine = Guid.NewGuid();
        using var page = new LiveKeys(feed, "acme", clock, told.Add, ids => ids.Contains(mine));
        live.Dispose();
        feed.Publish("acme", KeyChange.Figures, [Guid.NewGuid()]);
        clock.Advance(LiveKeys.Interval);
        told.ShouldBeEmpty();

        feed.Publish("acme", KeyChange.Figures, [Guid.NewGuid(), mine]);
        clock.Advance(LiveKeys.Interval);
        told.ShouldBe([KeyChange.Figures]);
    }

    [Fact]
    public void Disposed_WithAChangePending_TellsNothingMore()
    {
        feed.Publish("acme", KeyChange.Keys, []);
        live.Dispose();
        feed.Publish("acme", KeyChange.Keys, []);
        clock.Advance(LiveKeys.Interval);

        told.Count.ShouldBeLessThanOrEqualTo(1);
    }

    public void Dispose() => live.Dispose();
}

using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public sealed class LiveKeysTests : IDisposable
{
    private readonly KeyFeed feed = new();
    private readonly FakeTimeProvider clock = new();
    private readonly List<KeyChange> told = [];
    private readonly List<IReadOnlySet<Guid>?> keys = [];
    private readonly LiveKeys live;

    public LiveKeysTests() => live = new LiveKeys(feed, "acme", clock, Hear);

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
        using var page = new LiveKeys(feed, "acme", clock, Hear, ids => ids.Contains(mine));
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

    [Fact]
    public void Feed_KeysThatChanged_AreToldOnceEach()
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        feed.Publish("acme", KeyChange.Figures, [one]);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        feed.Publish("beta", KeyChange.Figures, [Guid.NewGuid()]);
        feed.Publish("acme", KeyChange.Figures, [other]);
        feed.Publish("acme", KeyChange.Figures, [other]);
        clock.Advance(LiveKeys.Interval);

        keys.Select(ids => ids!.Single()).ShouldBe([one, other]);
    }

    [Fact]
    public void Feed_MoreKeysThanAreGathered_AreToldAsAll()
    {
        for (var i = 0; i < 1002; i++)
        {
            feed.Publish("acme", KeyChange.Figures, [Guid.NewGuid()]);
        }

        clock.Advance(LiveKeys.Interval);

        keys[^1].ShouldBeNull();
    }

    [Fact]
    public void Paused_GathersAndTellsAfterwards()
    {
        live.Pause();
        feed.Publish("acme", KeyChange.Keys, []);
        clock.Advance(LiveKeys.Interval);
        told.ShouldBeEmpty();

        live.Resume();
        clock.Advance(LiveKeys.Interval);
        told.ShouldBe([KeyChange.Keys]);
    }

    [Fact]
    public void Forgotten_WhatWasGathered_IsNotTold()
    {
        live.Pause();
        feed.Publish("acme", KeyChange.Keys, [Guid.NewGuid()]);
        live.Forget();
        live.Resume();
        clock.Advance(LiveKeys.Interval);
        told.ShouldBeEmpty();

        var key = Guid.NewGuid();
        feed.Publish("acme", KeyChange.Figures, [key]);
        clock.Advance(LiveKeys.Interval);
        keys.ShouldHaveSingleItem().ShouldBe([key]);
    }

    public void Dispose() => live.Dispose();

    private void Hear(KeyNews news)
    {
        told.Add(news.Change);
        keys.Add(news.Ids);
    }
}

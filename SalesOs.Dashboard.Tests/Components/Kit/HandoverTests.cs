using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Tests.Components.Kit;

public sealed class HandoverTests : IDisposable
{
    private static readonly KeyListing Listing = new(KeyLinks.List, new KeyPage([], 0));

    private readonly FakeTimeProvider clock = new();
    private readonly Handover<KeyListing> handover;

    public HandoverTests() => handover = new Handover<KeyListing>(clock);

    [Fact]
    public void Take_Twice_GivesOnce()
    {
        var ticket = handover.Leave("acme", Listing);

        handover.Take(ticket, "acme").ShouldBe(Listing);
        handover.Take(ticket, "acme").ShouldBeNull();
    }

    [Fact]
    public void Take_ForAnotherTenant_GivesNothing() => handover.Take(handover.Leave("acme", Listing), "beta").ShouldBeNull();

    [Fact]
    public void Take_AfterHalfAMinute_GivesNothing()
    {
        var ticket = handover.Leave("acme", Listing);
        clock.Advance(TimeSpan.FromSeconds(31));

        handover.Take(ticket, "acme").ShouldBeNull();
    }

    public void Dispose() => handover.Dispose();
}

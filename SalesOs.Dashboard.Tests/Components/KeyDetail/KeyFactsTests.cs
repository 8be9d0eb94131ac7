using Bunit;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyDetail;

namespace SalesOs.Dashboard.Tests.Components.KeyDetail;

public class KeyFactsTests : ComponentHouse
{
    [Theory]
    [InlineData(false, false, 2)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 1)]
    [InlineData(true, true, 0)]
    public void Relatives_OfARotation_AreLinksUnlessTheyAreDeleted(bool predecessorDeleted, bool successorDeleted, int links)
    {
        var key = Key() with { RotatedFrom = Guid.CreateVersion7(), RotatedTo = Guid.CreateVersion7(), PredecessorDeleted = predecessorDeleted, SuccessorDeleted = successorDeleted };

        var facts = Render<KeyFacts>(p => p.Add(f => f.Key, key));

        facts.FindAll("a").Count.ShouldBe(links);
        facts.FindAll("dd").Count(fact => fact.TextContent.Contains("a key that is deleted", StringComparison.Ordinal)).ShouldBe(2 - links);
    }
}

using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList;

namespace SalesOs.Dashboard.Tests.Components.KeyList;

public class ChangedKeysTests
{
    private readonly KeyFeed feed = new();
    private readonly Guid[] shown = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];

    [Fact]
    public void Take_GivesWhatOfTheShownHasChangedAndOnlyOnce()
    {
        using var changed = new ChangedKeys(feed, "acme");
        feed.Publish("acme", KeyChange.Figures, [shown[1], Guid.NewGuid()]);
        feed.Publish("beta", KeyChange.Figures, [shown[2]]);

        changed.Take(shown).ShouldBe([shown[1]]);
        changed.Take(shown).ShouldBeEmpty();
    }

    [Fact]
    public void Take_AfterMoreChangesThanAreKept_GivesAll()
    {
        using var changed = new ChangedKeys(feed, "acme");
        for (var i = 0; i < 1001; i++)
        {
            feed.Publish("acme", KeyChange.Figures, [Guid.NewGuid()]);
        }

        changed.Take(shown).ShouldBe(shown);
        changed.Take(shown).ShouldBeEmpty();
    }
}

using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Tests.Components.Kit;

public sealed class SearchBoxTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly List<string?> asked = [];
    private readonly SearchBox box;

    public SearchBoxTests() => box = new SearchBox(clock, () => box!.SearchAsync(), search =>
    {
        asked.Add(search);
        return Task.CompletedTask;
    });

    public void Dispose() => box.Dispose();

    [Fact]
    public void Typing_IsAskedForOnceWhenItRests()
    {
        box.Type("C");
        clock.Advance(SearchBox.Rest / 2);
        box.Type(" CRM ");
        clock.Advance(SearchBox.Rest);

        asked.ShouldBe(["CRM"]);
        box.Text.ShouldBe(" CRM ");
    }

    /// <summary>An address comes back by way of the browser: what the reader typed in the meantime must not be lost, nor the list stay on the older search.</summary>
    [Fact]
    public void Emptied_BeforeItsOwnAddressHasArrived_IsAskedForAndStaysEmpty()
    {
        Search("CRM");
        Search("");
        asked.ShouldBe(["CRM", null]);

        box.Arrive("CRM");
        box.Text.ShouldBe("");
        box.Arrive(null);
        box.Text.ShouldBe("");
    }

    [Fact]
    public void Letters_TypedWhileAnAddressIsUnderWay_Stay()
    {
        Search("CRM");
        box.Type("CRM s");
        box.Arrive("CRM");

        box.Text.ShouldBe("CRM s");
        clock.Advance(SearchBox.Rest);
        asked.ShouldBe(["CRM", "CRM s"]);
    }

    [Fact]
    public void Address_OfALinkOrTheBackButton_WinsOverTheBox()
    {
        box.Arrive("ERP");
        box.Text.ShouldBe("ERP");

        Search("CRM");
        box.Arrive("CRM");
        box.Arrive("ERP");
        box.Text.ShouldBe("ERP");
        Search("ERP");
        asked.ShouldBe(["CRM"], "it is there already");
    }

    [Fact]
    public void Put_WhileTypingHasNotRested_IsShownAndNotAskedFor()
    {
        box.Type("sk_live_a1b2c3d4e5f6");
        box.Put("sk_live_a1b2c3d4");
        clock.Advance(SearchBox.Rest);

        asked.ShouldBeEmpty();
        box.Text.ShouldBe("sk_live_a1b2c3d4");
    }

    private void Search(string text)
    {
        box.Type(text);
        clock.Advance(SearchBox.Rest);
    }
}

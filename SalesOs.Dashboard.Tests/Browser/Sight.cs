using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Browser;

/// <param name="Name">Such as <c>api-keys-dark-390</c>.</param>
internal sealed record Sight(string Name, Person Person, bool FullPage)
{
    /// <summary>Nothing scrolls sideways, and axe-core finds nothing.</summary>
    public async Task ShouldBeSoundAsync()
    {
        await Person.ShouldFitAsync(Name);
        // What lies behind a dialog is out of reach, and was looked at without it.
        var dialog = Person.Page.Locator(".mud-dialog-container, dialog:modal");
        await Person.ShouldBeAccessibleAsync(Name, await dialog.CountAsync() > 0 ? dialog.First : null);
    }
}

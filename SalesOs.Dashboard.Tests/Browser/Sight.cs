using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Browser;

/// <param name="Name">Such as <c>api-keys-dark-390</c>.</param>
internal sealed record Sight(string Name, Person Person, bool FullPage)
{
    /// <summary>Nothing scrolls sideways, and axe-core finds nothing.</summary>
    /// <param name="everyPair">
    /// False: axe-core, which takes long, sees light on a wide screen and dark on a narrow one. The other two pairs are seen by the pages' own tests, the second of
    /// them in Portuguese, and by the run that takes the pictures.
    /// </param>
    public async Task ShouldBeSoundAsync(bool everyPair = false)
    {
        await Person.ShouldFitAsync(Name);
        if (everyPair || Name.EndsWith("-light-1440", StringComparison.Ordinal) || Name.EndsWith("-dark-390", StringComparison.Ordinal))
        {
            // What lies behind a dialog is out of reach, and was looked at without it.
            var dialog = Person.Page.Locator(".mud-dialog-container, dialog:modal");
            await Person.ShouldBeAccessibleAsync(Name, await dialog.CountAsync() > 0 ? dialog.First : null);
        }
    }
}

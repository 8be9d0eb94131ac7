using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Browser;

/// <param name="Name">Such as <c>api-keys-dark-390</c>.</param>
/// <param name="IsExamined">The one of a state's sights that axe-core sees: light on a wide screen and dark on a narrow one in turn.</param>
internal sealed record Sight(string Name, Person Person, bool FullPage, bool IsExamined)
{
    /// <summary>Nothing scrolls sideways, and axe-core finds nothing.</summary>
    /// <param name="everyPair">
    /// False: axe-core, which takes long, sees each state once. All pairs of size and theme are seen by the run that takes the pictures, and the other two also by
    /// the pages' own tests, one of them in Portuguese.
    /// </param>
    public async Task ShouldBeSoundAsync(bool everyPair = false)
    {
        await Person.ShouldFitAsync(Name);
        if (everyPair || IsExamined)
        {
            // What lies behind a dialog is out of reach, and was looked at without it.
            var dialog = Person.Page.Locator(".mud-dialog-container, dialog:modal");
            await Person.ShouldBeAccessibleAsync(Name, await dialog.CountAsync() > 0 ? dialog.First : null);
        }
    }
}

using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Lets <paramref name="look"/> see a page as it stands: light and dark, wide and on a phone, without loading it anew.</summary>
internal sealed class Viewer(Func<Sight, Task> look)
{
    public static readonly (int Width, int Height)[] Sizes = [(1440, 900), (390, 844)];

    private static readonly string[] Themes = ["light", "dark"];

    private int stops;

    /// <param name="what">Scrolled into view where the screen is too small for all.</param>
    /// <param name="pointedAt">Under the pointer.</param>
    public async Task StopAsync(string name, Person person, (int Width, int Height)[]? sizes = null, bool fullPage = false, ILocator? what = null, ILocator? pointedAt = null)
    {
        var shown = sizes ?? Sizes;
        var examined = ++stops % 2 == 0 ? (shown[^1].Width, Themes[^1]) : (shown[0].Width, Themes[0]);
        foreach (var (width, height) in shown)
        {
            await person.Page.SetViewportSizeAsync(width, height);
            foreach (var theme in Themes)
            {
                await person.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
                // Colours pass from one theme to the other; some signs move without end.
                await person.Page.EvaluateAsync(
                    "() => Promise.all(document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity).map(a => a.finished.catch(() => {})))");
                if (fullPage)
                {
                    // What stands at the screen's edge would otherwise stand in the middle of the picture.
                    await person.Page.EvaluateAsync("() => scrollTo(0, 0)");
                }

                if (what is not null)
                {
                    await what.ScrollIntoViewIfNeededAsync();
                }

                if (pointedAt is not null)
                {
                    await pointedAt.HoverAsync();
                }

                await look(new Sight($"{name}-{theme}-{width}", person, fullPage, IsExamined: (width, theme) == examined));
            }
        }
    }
}

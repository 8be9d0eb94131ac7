using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>
/// Lets <paramref name="look"/> see a page as it stands, without loading it anew: light on a wide screen and dark on a phone. On the narrowest screen it is only
/// measured.
/// </summary>
/// <param name="everyPair">
/// Each theme on each screen, and each shown to axe-core, as in the run that takes the pictures. False: axe-core, which takes long, sees each state once, wide and
/// narrow in turn; the other two pairs are seen by the pages' own tests, one of them in Portuguese.
/// </param>
internal sealed class Viewer(Func<Sight, Task> look, bool everyPair = false)
{
    public static readonly (int Width, int Height)[] Sizes = [(1440, 900), (390, 844)];

    private static readonly string[] Themes = ["light", "dark"];

    private int stops;

    /// <param name="what">Scrolled into view where the screen is too small for all.</param>
    /// <param name="pointedAt">Under the pointer.</param>
    public async Task StopAsync(string name, Person person, (int Width, int Height)[]? sizes = null, bool fullPage = false, ILocator? what = null, ILocator? pointedAt = null)
    {
        var shown = sizes ?? Sizes;
        var examined = (++stops % 2 == 0 ? shown[^1] : shown[0]).Width;
        foreach (var (width, height) in shown)
        {
            await person.Page.SetViewportSizeAsync(width, height);
            foreach (var theme in everyPair ? Themes : width == Sizes[0].Width ? Themes[..1] : Themes[1..])
            {
                await person.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
                // Colours pass from one theme to the other; some signs move without end. Ended and not waited for: a page that nothing draws would never come to its end.
                await person.Page.EvaluateAsync("() => document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity).forEach(a => a.finish())");
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

                await look(new Sight($"{name}-{theme}-{width}", person, fullPage, IsExamined: everyPair || width == examined));
            }
        }

        await person.ShouldFitTheNarrowestAsync(name);
        await person.Page.SetViewportSizeAsync(shown[^1].Width, shown[^1].Height);
    }
}

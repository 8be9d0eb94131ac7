using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>
/// Lets <paramref name="look"/> see a page as it stands, without loading it anew, wide and narrow, light and dark. On the narrowest screen it is only measured.
/// </summary>
/// <param name="everyPair">
/// Each theme on each screen. False: each state in both themes and on both screens, but in two pairs of the four: at one stop light is wide and dark is narrow, at
/// the next the other way round.
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
        var lightIsWide = ++stops % 2 != 0;
        foreach (var (width, height) in shown)
        {
            await person.Page.SetViewportSizeAsync(width, height);
            foreach (var theme in everyPair ? Themes : (width == Sizes[0].Width) == lightIsWide ? Themes[..1] : Themes[1..])
            {
                // Pages that are not the dashboard's own go by the system.
                await person.Page.EmulateMediaAsync(new() { ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light });
                // Without passing from one theme's colours to the other's, which would be seen half way.
                var shownAs = await person.Page.EvaluateAsync<string>(
                    """
                    theme => {
                      const still = new CSSStyleSheet();
                      still.replaceSync("*, ::before, ::after { transition: none !important }");
                      document.adoptedStyleSheets.push(still);
                      document.documentElement.dataset.theme = theme;
                      // Some signs move without end; the others are shown where they end.
                      document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity).forEach(a => a.finish());
                      document.adoptedStyleSheets.pop();
                      return getComputedStyle(document.documentElement).colorScheme;
                    }
                    """,
                    theme);
                shownAs.ShouldContain(theme);
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

                await look(new Sight($"{name}-{theme}-{width}", person, fullPage));
            }
        }

        await person.ShouldFitTheNarrowestAsync(name);
        await person.Page.SetViewportSizeAsync(shown[^1].Width, shown[^1].Height);
    }
}

using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(SalesOs.Dashboard.Tests.Browser.Chromium))]

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>One Chromium for all browser tests: the one named by <c>CHROMIUM_PATH</c> (as <c>test.sh</c> sets it), else the first that is found.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names =
        ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? Names.FirstOrDefault(File.Exists);
        if (path is null)
        {
            return;
        }

        // Two cores may be busy with the other tests; what never comes still fails.
        Assertions.SetDefaultExpectTimeout(20_000);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A browser window of its own: cookies and storage are shared with no other.</summary>
    /// <param name="script">Whether pages may run scripts.</param>
    /// <param name="trusting">Takes a certificate that nobody vouches for.</param>
    public async Task<IBrowserContext> NewWindowAsync(Uri address, int width = 1440, bool dark = false, string locale = "en-US", bool script = true, bool trusting = false)
    {
        if (browser is null)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                throw new InvalidOperationException("No Chromium was found; set CHROMIUM_PATH, or let test.sh get one.");
            }

            Assert.Skip("No Chromium was found; set CHROMIUM_PATH, or let test.sh get one.");
        }

        var window = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.AbsoluteUri,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = locale,
            JavaScriptEnabled = script,
            IgnoreHTTPSErrors = trusting,
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        window.SetDefaultTimeout(20_000);
        return window;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }
}

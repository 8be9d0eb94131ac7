using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Somebody at the dashboard, named by what they do and see; everything is found by its role and its words.</summary>
internal sealed partial class Person
{
    /// <summary>All windows of one Chromium have one clipboard.</summary>
    private static readonly SemaphoreSlim Clipboard = new(1, 1);

    private readonly List<string> troubles = [];

    private Person(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            // Chromium tells of every answer that is an error; the pages that are one are looked at on purpose.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                troubles.Add(message.Text);
            }
        };
        page.PageError += (_, error) => troubles.Add(error);
    }

    public IPage Page { get; }

    /// <summary>Whether this person's pages speak Portuguese.</summary>
    public bool Portuguese { get; init; }

    /// <summary>Console errors (a breach of the Content-Security-Policy is one) and uncaught exceptions so far.</summary>
    public IReadOnlyList<string> Troubles => troubles;

    /// <summary>Comes to a page and does nothing yet.</summary>
    public static async Task<Person> OpenAsync(IBrowserContext window, string path, bool portuguese = false)
    {
        var person = new Person(await window.NewPageAsync()) { Portuguese = portuguese };
        await person.Page.GotoAsync(path);
        return person;
    }

    /// <summary>Comes to the keys' page and signs in as one of the built-in provider's people, such as <c>admin@acme.test</c>.</summary>
    /// <param name="portuguese">The window's language is Portuguese, and the person finds by <see cref="Says"/> what is meant in English.</param>
    public static async Task<Person> SignInAsync(IBrowserContext window, string email, string path = "/integrations/api-keys", bool portuguese = false)
    {
        var person = await OpenAsync(window, path, portuguese);
        await person.Page.Locator($"button:has-text('{email}')").ClickAsync();
        await person.ArriveAsync(Regex.Escape(path));
        await person.LiveAsync();
        return person;
    }

    /// <summary>Runs <paramref name="use"/> while no other test copies or pastes.</summary>
    public static async Task WithClipboardAsync(Func<Task> use)
    {
        await Clipboard.WaitAsync();
        try
        {
            await use();
        }
        finally
        {
            Clipboard.Release();
        }
    }

    /// <summary>Waits until the page answers clicks: the circuit is there.</summary>
    public Task LiveAsync() => Page.Locator("html[data-live]").WaitForAsync();

    /// <summary>Waits until the page is at an address that the pattern is found in, and has loaded.</summary>
    /// <remarks>
    /// Not by <c>WaitForURLAsync</c>: a navigation between its look at the address and its waiting for one is missed. Not by <c>WaitForLoadStateAsync</c>: where
    /// one document follows another at once, it waits for an event that has been. The document itself knows.
    /// </remarks>
    public async Task ArriveAsync(string pattern)
    {
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex(pattern));
        // Within a circuit the address changes before the page is drawn anew; the link past the navigation says of which address what is shown is.
        await Page.WaitForFunctionAsync(
            """
            () => {
              const skip = document.querySelector('a.skip');
              return document.readyState === 'complete' && (skip === null || new URL(skip.href).pathname === location.pathname);
            }
            """);
    }

    /// <summary>The text as this person's pages say it.</summary>
    /// <param name="english">A whole text of the resources.</param>
    /// <param name="values">Of its placeholders, in their order.</param>
    public string Says(string english, params (string Name, string Value)[] values) =>
        values.Aggregate(Portuguese ? PageWords.InPortuguese(english) : english, (text, value) => text.Replace($"{{{value.Name}}}", value.Value, StringComparison.Ordinal));

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>In the name's own case: the characters of another row's key, which are small, may spell it.</summary>
    public ILocator Row(string name) => Page.GetByRole(AriaRole.Row).Filter(new() { HasTextRegex = new Regex(Regex.Escape(name)) });

    /// <summary>Makes a key as somebody in a hurry does, and gives both values as the page shows them.</summary>
    public async Task<(string ApiKey, string Secret)> CreateKeyAsync(string name)
    {
        await MakeKeyAsync(name);
        return await RevealedAsync();
    }

    /// <summary>The same without waiting for the values.</summary>
    public async Task MakeKeyAsync(string name)
    {
        await Button(Says("Create API key")).First.ClickAsync();
        await Page.GetByLabel(Says("Name"), new() { Exact = true }).FillAsync(name);
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = Says("Full access") }).ClickAsync();
        await Page.GetByLabel(Says("I understand this key can call every endpoint")).CheckAsync();
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = Says("Create API key") }).ClickAsync();
    }

    /// <summary>Waits for the reveal and copies both values.</summary>
    public async Task<(string ApiKey, string Secret)> RevealedAsync()
    {
        await Button(Says("I have saved both values")).WaitForAsync();
        return (await CopyAsync(Says("API key")), await CopyAsync(Says("API key secret")));
    }

    /// <summary>Says that both values are saved, and waits until the page is in reach again.</summary>
    public async Task SaveAsync()
    {
        await Button(Says("I have saved both values")).ClickAsync();
        await Page.Locator("dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    /// <summary>Copies one of the revealed values, waits until the page says so, and gives what is in the clipboard then.</summary>
    private async Task<string> CopyAsync(string label)
    {
        var copied = "";
        await WithClipboardAsync(async () =>
        {
            await Button(Says("Copy {label}", ("label", label))).ClickAsync();
            await Page.GetByText(Says("Copied: {label}", ("label", label)), new() { Exact = true }).WaitForAsync();
            copied = await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        });
        return copied;
    }

    public async Task OpenActionAsync(string key, string action)
    {
        await Button(Says("Actions for {name}", ("name", key))).ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = action }).ClickAsync();
        await Page.GetByRole(AriaRole.Dialog).WaitForAsync();
    }

    /// <summary>Nothing scrolls sideways. Awaited, since a table takes some frames to settle after the screen has become wider.</summary>
    public async Task ShouldFitAsync(string where)
    {
        try
        {
            await Page.WaitForFunctionAsync($"() => ({TooWide})().length === 0", null, new() { PollingInterval = 50, Timeout = 5_000 });
        }
        catch (TimeoutException)
        {
            (await Page.EvaluateAsync<string[]>(TooWide)).ShouldBeEmpty($"{where} scrolls sideways");
        }
    }

    /// <summary>Nothing scrolls sideways on the narrowest screen either, nor there with the text spacing that WCAG 1.4.12 leaves to the reader.</summary>
    public async Task ShouldFitTheNarrowestAsync(string where)
    {
        await Page.SetViewportSizeAsync(320, 640);
        await ShouldFitAsync($"{where} at 320 px");
        await Page.EvaluateAsync(
            """
            () => {
              const spacing = new CSSStyleSheet();
              spacing.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }");
              document.adoptedStyleSheets.push(spacing);
            }
            """);
        await ShouldFitAsync($"{where} at 320 px with text spacing");
        await Page.EvaluateAsync("() => document.adoptedStyleSheets.pop()");
    }

    /// <summary>How many rows of the page's table can be seen whole without scrolling.</summary>
    public Task<int> WholeRowsAsync() =>
        Page.EvaluateAsync<int>("() => (scrollTo(0, 0), [...document.querySelectorAll('tbody tr')].map(row => row.getBoundingClientRect()).filter(row => row.height > 0 && row.bottom <= innerHeight).length)");

    /// <summary>What scrolls sideways, the page or a dialog on it, each with what sticks out of it. The page's own width leaves room for a scrollbar; the body's does not.</summary>
    private const string TooWide =
        """
        () => [document.body, ...document.querySelectorAll('dialog[open], .mud-dialog, .mud-dialog-content')]
          .filter(part => part.scrollWidth > part.clientWidth)
          .map(part => `${part.tagName}.${part.className} by ${part.scrollWidth - part.clientWidth} px: ` + [...part.querySelectorAll('*')]
            .filter(inner => inner.getBoundingClientRect().right > part.getBoundingClientRect().right).slice(0, 5).map(inner => `${inner.tagName}.${inner.className}`).join(', '))
        """;

    private static readonly string AxeCore = new BundledAxeScriptProvider().GetScript();

    /// <summary>Fails with what axe-core finds on the page as it stands, or on a part of it.</summary>
    public async Task ShouldBeAccessibleAsync(string where, ILocator? part = null)
    {
        if (!await Page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await Page.EvaluateAsync(AxeCore);
        }

        // A button that has been scrolled half under the top bar would be too small a target.
        await Page.EvaluateAsync("() => scrollTo(0, 0)");
        // Nor are colours on their way to others what a person reads.
        await Page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity).map(a => a.finished))");

        // A form's buttons and the bar of what is selected stay in sight and so cover what is scrolled beneath them; they stand in their place while it looks.
        // All of its rules, best practice among them, and the one that it leaves out: targets of 24 px, or as far apart (WCAG 2.5.8). Of what holds it need not tell each node.
        const string Run =
            """
            async part => {
              const stuck = [...document.querySelectorAll('form *, main *, dialog *')].filter(e => getComputedStyle(e).position === 'sticky');
              stuck.forEach(e => e.style.position = 'static');
              const found = await axe.run(part ?? document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } });
              stuck.forEach(e => e.style.position = '');
              return found.violations.map(rule => `${rule.id} ${rule.nodes.map(node => node.html).join(' | ')}`);
            }
            """;
        var found = part is null ? await Page.EvaluateAsync<string[]>(Run) : await part.EvaluateAsync<string[]>(Run);
        found.Select(violation => $"{where}: {violation}").ShouldBeEmpty();
    }
}

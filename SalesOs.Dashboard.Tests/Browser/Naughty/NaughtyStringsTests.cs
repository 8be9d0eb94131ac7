using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Components.KeyList;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser.Naughty;

/// <summary>Guarantee W3: whatever a person types shows as text, in the page and in a line of the log.</summary>
[Trait("Speed", "Long")]
public sealed class NaughtyStringsTests(Chromium chromium)
{
    private readonly Lines log = new();

    [Fact]
    public async Task WhateverIsTyped_ShowsAsTextInThePagesAndStaysOnOneLineOfTheLog()
    {
        await using var dashboard = await RunningDashboard.StartAsync(
            configure: builder => builder.Logging.ClearProviders().AddProvider(log), settings: ["--Logging:LogLevel:SalesOs=Trace", "--Logging:LogLevel:Microsoft.AspNetCore.Hosting=Information"]);
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        var made = new List<string>();
        foreach (var naughty in NaughtyStrings.All)
        {
            // As a name and as notes, by somebody who is called so and comes with such a browser: refused by a rule, or taken as it is.
            var outcome = await keys.CreateAsync(new NewKey(naughty, Notes: naughty), Somebody(naughty));
            if (outcome.Done)
            {
                made.Add(outcome.Value.Key.Name);
                await keys.RevokeAsync(outcome.Value.Key.Id, naughty, Somebody(naughty));
            }
            else
            {
                outcome.Error.Reason.ShouldBe(ErrorReason.Invalid);
            }
        }

        made.Count.ShouldBeGreaterThan(250);
        made = [.. made.Select(Visible)];
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress);
        var admin = await Person.SignInAsync(window, "admin@acme.test");
        var asked = 0;
        admin.Page.Dialog += async (_, dialog) =>
        {
            asked++;
            await dialog.DismissAsync();
        };
        (await TextsAsync(admin.Page, page => new KeysAddress { PerPage = 100, Page = page }.ToString(), ".name .title", made.Count)).ShouldBe(made, ignoreOrder: true);
        // Made and revoked: each key stands there twice.
        var links = await TextsAsync(admin.Page, page => new AuditAddress { PerPage = 100, Page = page }.ToString(), ".key a", made.Count * 2);
        links.Distinct(StringComparer.Ordinal).ShouldBe(made.Distinct(StringComparer.Ordinal), ignoreOrder: true);
        (await admin.Page.Locator("main img, main svg[onload], main script, main iframe").CountAsync()).ShouldBe(0);

        await SearchAsync(admin);
        asked.ShouldBe(0, "nothing of it ran");
        admin.Troubles.ShouldBeEmpty();
        log.All.ShouldNotBeEmpty();
        log.All.Where(line => line.Any(c => c is '\n' or '\r' or '\u2028' or '\u2029' or '\u0085')).ShouldBeEmpty();
    }

    /// <summary>Through the search boxes, by way of the address as a link would.</summary>
    private static async Task SearchAsync(Person admin)
    {
        foreach (var naughty in NaughtyStrings.All.Where((_, i) => i % 24 == 0).Append("<script>alert(1)</script>"))
        {
            foreach (var address in (string[])[KeyLinks.List + "?search=", AuditAddress.Path + "?actor=", AuditAddress.Path + "?key="])
            {
                var answer = (await admin.Page.Context.APIRequest.GetAsync(address + Uri.EscapeDataString(naughty))).ShouldNotBeNull();
                answer.Status.ShouldBe(200, naughty);
                (await answer.TextAsync()).ShouldNotContain("<script>alert(1)</script>");
            }
        }
    }

    private static async Task<List<string>> TextsAsync(IPage page, Func<int, string> addressOf, string selector, int count)
    {
        var texts = new List<string>();
        for (var number = 1; texts.Count < count && number <= (count / 100) + 2; number++)
        {
            await page.GotoAsync(addressOf(number));
            await page.Locator("html[data-live]").WaitForAsync();
            await page.Locator(selector).First.WaitForAsync();
            texts.AddRange((await page.EvaluateAsync<string[]>("selector => [...document.querySelectorAll(selector)].map(e => e.textContent)", selector)).Select(Visible));
        }

        return texts;
    }

    /// <summary>Of a byte order mark nothing is to be seen.</summary>
    private static string Visible(string text) => text.Replace("\uFEFF", "", StringComparison.Ordinal);

    private static Caller Somebody(string text) => KeyHouse.Admin() with
    {
        // One person, whose name changes with each sign-in.
        Name = WellFormed(text),
        Email = null,
        Agent = WellFormed(text),
    };

    /// <summary>What comes over HTTP is.</summary>
    private static string WellFormed(string text) => JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text))!;

    private sealed class Lines : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> All => lines;

        public ILogger CreateLogger(string categoryName) => new Writer(lines);

        public void Dispose()
        {
        }

        private sealed class Writer(ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue(formatter(state, exception));
        }
    }
}

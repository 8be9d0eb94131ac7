using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.AuditLog;
using SalesOs.Dashboard.Components.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Every field of every dialog, form and filter, typed into as people do, key by key: it holds what was typed, and so do the others afterwards.</summary>
[Trait("Speed", "Long")]
public class TypedFieldsTests(Chromium chromium)
{
    private const string Fields =
        "input:not([type=checkbox], [type=radio], [readonly], [disabled]):visible, textarea:not([readonly], [disabled]):visible";

    [Theory]
    [InlineData("en-US")]
    [InlineData("pt-BR")]
    public async Task EveryField_TypedIntoKeyByKey_HoldsWhatWasTyped(string locale)
    {
        await using var dashboard = await RunningDashboard.StartAsync();
        var keys = dashboard.Services.GetRequiredService<ApiKeyService>();
        for (var i = 0; i < 21; i++)
        {
            (await keys.CreateAsync(new NewKey($"CRM {i}", Scopes: [Scopes.LeadsRead]), KeyHouse.Admin())).Done.ShouldBeTrue();
        }

        var id = (await keys.ListAsync(new KeyQuery(Search: "CRM 20"), KeyHouse.Admin())).Value!.Keys.Single().Id;
        await using var window = await chromium.NewWindowAsync(dashboard.BaseAddress, locale: locale);
        var admin = await Person.SignInAsync(window, "admin@acme.test", portuguese: locale == "pt-BR");
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);

        await admin.Button(admin.Says("Create API key")).First.ClickAsync();
        await dialog.GetByLabel(admin.Says("Expiration"), new() { Exact = true }).SelectOptionAsync("Date");
        await dialog.GetByText(admin.Says("Advanced options")).ClickAsync();
        await TypeIntoAsync(admin, dialog, 5);

        await GoAsync("/integrations/api-keys");
        foreach (var (action, fields) in ((string, int)[])[("Rotate…", 1), ("Revoke…", 1), ("Delete…", 1), ("Duplicate settings…", 2)])
        {
            await GoAsync("/integrations/api-keys?search=CRM+20");
            await admin.OpenActionAsync("CRM 20", admin.Says(action));
            if (action == "Rotate…")
            {
                await dialog.Locator("#rotate-expiry").SelectOptionAsync("Date");
            }
            else if (action == "Revoke…")
            {
                await dialog.GetByLabel(admin.Says("Another reason")).CheckAsync();
            }

            await TypeIntoAsync(admin, dialog, fields);
        }

        await GoAsync("/integrations/api-keys");
        await admin.Button(admin.Says("Find a leaked key")).ClickAsync();
        await TypeIntoAsync(admin, dialog, 1);

        await GoAsync("/integrations/api-keys");
        await admin.Page.GetByRole(AriaRole.Table).GetByRole(AriaRole.Columnheader).GetByRole(AriaRole.Checkbox).CheckAsync();
        await admin.Page.GetByRole(AriaRole.Region, new() { Name = admin.Says("Selected keys") }).GetByRole(AriaRole.Button, new() { Name = admin.Says("Revoke…") }).ClickAsync();
        await dialog.GetByLabel(admin.Says("Another reason")).CheckAsync();
        await TypeIntoAsync(admin, dialog, 2);

        await GoAsync("/integrations/api-keys");
        await admin.Page.Locator("search summary").ClickAsync();
        await TypeIntoAsync(admin, admin.Page.Locator("search"), 6);

        await GoAsync($"/integrations/api-keys/{id}");
        await TypeIntoAsync(admin, admin.Page.GetByRole(AriaRole.Main), 2);
        await admin.Button(admin.Says("Edit")).ClickAsync();
        var edit = admin.Page.GetByRole(AriaRole.Form);
        await edit.GetByLabel(admin.Says("Expiration"), new() { Exact = true }).SelectOptionAsync("Date");
        await TypeIntoAsync(admin, edit, 5);
        await edit.GetByRole(AriaRole.Button, new() { Name = admin.Says("Cancel") }).ClickAsync();
        await admin.Button(admin.Says("Discard")).ClickAsync();

        await GoAsync(AuditAddress.Path);
        await TypeIntoAsync(admin, admin.Page.Locator("search"), 3);

        foreach (var (button, fields) in ((string, int)[])[("Add a webhook", 2), ("Add an address", 1)])
        {
            await GoAsync(NoticesAddress.Path);
            await admin.Button(admin.Says(button)).ClickAsync();
            await TypeIntoAsync(admin, dialog, fields);
        }

        admin.Troubles.ShouldBeEmpty();

        async Task GoAsync(string path)
        {
            // What holds something asks before it is closed, and would be there again.
            if (await dialog.CountAsync() > 0)
            {
                await admin.Page.Keyboard.PressAsync("Escape");
                var discard = admin.Button(admin.Says("Discard"));
                await Assertions.Expect(discard.Or(admin.Page.Locator("body:not(:has([role=dialog]))"))).ToBeVisibleAsync();
                if (await discard.CountAsync() > 0)
                {
                    await discard.ClickAsync();
                }

                await Assertions.Expect(dialog).ToHaveCountAsync(0);
            }

            await admin.Page.GotoAsync(path);
            await admin.LiveAsync();
        }
    }

    /// <param name="count">How many fields there are.</param>
    private static async Task TypeIntoAsync(Person person, ILocator within, int count)
    {
        var fields = within.Locator(Fields);
        await Assertions.Expect(fields).ToHaveCountAsync(count);
        var expected = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var field = fields.Nth(i);
            var (typed, held) = await field.GetAttributeAsync("type") == "date" ? ("12122030", "2030-12-12")
                : await field.GetAttributeAsync("inputmode") == "numeric" ? ("17", "17")
                : ("Zé 1-a", "Zé 1-a");
            // A click would lead into the middle of a date.
            await field.FocusAsync();
            await person.Page.Keyboard.PressAsync("Control+a");
            await person.Page.Keyboard.TypeAsync(typed);
            await person.Page.Keyboard.PressAsync("Tab");
            expected.Add(held);
        }

        for (var i = 0; i < count; i++)
        {
            await Assertions.Expect(fields.Nth(i)).ToHaveValueAsync(expected[i]);
        }
    }
}

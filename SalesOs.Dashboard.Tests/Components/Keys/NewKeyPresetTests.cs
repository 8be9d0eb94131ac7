using AngleSharp.Dom;
using Bunit;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Create;

namespace SalesOs.Dashboard.Tests.Components.Keys;

/// <summary>What the create dialog may begin with: a usual kind of program, or another key's settings.</summary>
public class NewKeyPresetTests : ComponentHouse
{
    private NewKey? asked;
    private Func<NewKey, Task<Error?>>? create;

    [Theory]
    [InlineData("Standard integration", "default:sync", 1000)]
    [InlineData("Lead sync", "leads:read leads:write", 1000)]
    [InlineData("Read-only reports", "leads:read", 1000)]
    [InlineData("Lead intake", "leads:write", 1000)]
    [InlineData("Full sync", "default:sync leads:read leads:write", 10_000)]
    public async Task Preset_Clicked_FillsInItsScopesAndRateLimit(string preset, string scopes, int rateLimit)
    {
        var dialog = await OpenAsync();
        await dialog.Find("#key-name").InputAsync("CRM");
        await dialog.Find("#key-expiry").ChangeAsync("Never");

        await Preset(dialog, preset).ClickAsync(new());
        Preset(dialog, preset).GetAttribute("aria-pressed").ShouldBe("true");
        dialog.FindAll(".preset[aria-pressed=true]").Count.ShouldBe(1);
        await dialog.Find("form").SubmitAsync();

        var request = asked.ShouldNotBeNull();
        request.Scopes.ShouldBe(scopes.Split(' '));
        request.RateLimit.ShouldBe(rateLimit);
        request.ExpiresInDays.ShouldBe(90);
        request.Name.ShouldBe("CRM");
    }

    [Fact]
    public async Task Form_AtFirst_IsAStandardIntegrationAndWarnsOfNothing()
    {
        var dialog = await OpenAsync();
        Preset(dialog, "Standard integration").GetAttribute("aria-pressed").ShouldBe("true");
        dialog.FindAll(".full, .warning").ShouldBeEmpty();
        dialog.Find("#key-expiry-hint").TextContent.ShouldBe("Last day: Feb 20, 2027.");
        await dialog.Find("#key-name").InputAsync("CRM");

        await dialog.Find("form").SubmitAsync();

        var request = asked.ShouldNotBeNull();
        (request.RateLimit, request.ExpiresInDays).ShouldBe((1000, 90));
        request.Scopes.ShouldBe([Scopes.DefaultSync]);
    }

    [Fact]
    public async Task FullAccess_Chosen_AsksForItsTick()
    {
        var dialog = await OpenAsync();
        await dialog.Find("#key-name").InputAsync("CRM");
        await Preset(dialog, "Full access").ClickAsync(new());
        await dialog.Find("form").SubmitAsync();
        asked.ShouldBeNull();

        await dialog.Find(".full input").ChangeAsync(true);
        await dialog.Find("form").SubmitAsync();

        asked.ShouldNotBeNull().Scopes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Preset_ChangedAfterwards_IsNoLongerPressed()
    {
        var dialog = await OpenAsync();

        await dialog.FindAll(".scope input")[1].ChangeAsync(true);

        dialog.FindAll(".preset[aria-pressed=true]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Preset_AfterARefusedForm_IsNotStillAtFault()
    {
        var dialog = await OpenAsync();
        await Preset(dialog, "Full access").ClickAsync(new());
        await dialog.Find("form").SubmitAsync();
        dialog.FindAll("#scopes-fault").ShouldNotBeEmpty();

        await Preset(dialog, "Lead sync").ClickAsync(new());

        dialog.FindAll("#scopes-fault").ShouldBeEmpty();
    }

    [Fact]
    public async Task Template_IsDuplicatedWithAllItsSettings()
    {
        var key = Key("CRM sync", scopes: [Scopes.LeadsRead, Scopes.LeadsWrite], expiresAt: Clock.GetUtcNow().AddDays(57)) with
        {
            Environment = KeyEnvironment.Test,
            RateLimit = 25_000,
            AllowedIps = ["203.0.113.7", "10.0.0.0/8"],
            SingleUse = false,
            Notes = "runs at night",
        };
        var dialog = await OpenAsync(key);
        dialog.Find("h2").TextContent.ShouldBe("Duplicate settings of CRM sync");
        dialog.FindAll(".preset").ShouldBeEmpty();
        dialog.Find("details").HasAttribute("open").ShouldBeTrue("what is set in there is seen");

        await dialog.Find("form").SubmitAsync();

        var request = asked.ShouldNotBeNull();
        (request.Name, request.Environment, request.RateLimit, request.SingleUse, request.Notes).ShouldBe(("CRM sync (copy)", KeyEnvironment.Test, 25_000, false, "runs at night"));
        request.Scopes.ShouldBe(key.Scopes);
        request.AllowedIps.ShouldBe(key.AllowedIps);
        request.ExpiresInDays.ShouldBe(60, "as long as the other was given when it was made, three days ago");
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(362, 365, null)]
    [InlineData(-1, 90, null)]
    [InlineData(10, null, "2026-12-03")]
    public async Task Template_Expiry_IsTakenOverAsAChoiceThatStillHolds(int? daysLeft, int? expectedDays, string? expectedEnd)
    {
        var dialog = await OpenAsync(Key(expiresAt: daysLeft is { } left ? Clock.GetUtcNow().AddDays(left) : null));

        await dialog.Find("form").SubmitAsync();

        var request = asked.ShouldNotBeNull();
        request.ExpiresInDays.ShouldBe(expectedDays);
        request.ExpiresAt?.ToString("yyyy-MM-dd").ShouldBe(expectedEnd);
        request.ExpiresAt.HasValue.ShouldBe(expectedEnd is not null);
    }

    [Fact]
    public async Task Template_WithFullAccess_AsksForTheTickAnew()
    {
        var dialog = await OpenAsync(Key(scopes: []));

        await dialog.Find("form").SubmitAsync();

        asked.ShouldBeNull();
        dialog.Find("#scopes-fault").TextContent.ShouldContain("tick the box");
    }

    [Fact]
    public async Task Template_WithANameThatCannotGrow_KeepsIt()
    {
        var name = new string('n', 100);
        var dialog = await OpenAsync(Key(name));

        await dialog.Find("form").SubmitAsync();

        asked.ShouldNotBeNull().Name.ShouldBe(name);
    }

    [Fact]
    public async Task Service_ThatBreaks_LeavesWhatWasTypedAndSaysThatNothingWasChanged()
    {
        create = _ => throw new InvalidOperationException("the disk is full");
        var dialog = await OpenAsync();
        await dialog.Find("#key-name").InputAsync("CRM");
        await Preset(dialog, "Lead sync").ClickAsync(new());

        await dialog.Find("form").SubmitAsync();

        dialog.Find(".refused").TextContent.ShouldContain("nothing was changed");
        dialog.Find("#key-name").GetAttribute("value").ShouldBe("CRM");
        dialog.Find("button[type=submit]").HasAttribute("disabled").ShouldBeFalse();
    }

    private static IElement Preset(IRenderedComponent<MudDialogProvider> dialog, string name) => dialog.FindAll(".preset").Single(p => p.QuerySelector("strong")!.TextContent == name);

    private Task<IRenderedComponent<MudDialogProvider>> OpenAsync(ApiKeyView? template = null) => ShowAsync(new DialogParameters<CreateKeyDialog>
    {
        { d => d.Create, (request, _) =>
            {
                asked = request;
                return create?.Invoke(request) ?? Task.FromResult<Error?>(null);
            }
        },
        { d => d.Template, template },
    });
}

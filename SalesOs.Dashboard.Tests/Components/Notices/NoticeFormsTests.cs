using Bunit;
using FluentValidation;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Components.Notices;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Webhooks;

namespace SalesOs.Dashboard.Tests.Components.Notices;

public class NoticeFormsTests : ComponentHouse
{
    private readonly List<NewWebhook> asked = [];

    public NoticeFormsTests()
    {
        Services.AddSingleton<IValidator<NewWebhook>>(new NewWebhookValidator(new WebhookOptions(AllowPrivateNetworks: false)));
        Services.AddSingleton<IValidator<NewEmail>, NewEmailValidator>();
        Services.AddScoped<EventWords>();
    }

    [Fact]
    public async Task Webhook_WithAddressesThatAreNotTaken_SaysWhatToDoBesideTheField()
    {
        var dialog = await OpenAsync();
        foreach (var (typed, said) in ((string, string)[])
        [
            ("", "Write the address that notices are sent to."),
            ("http://hooks.example.com/", "Begin it with https://."),
            ("https://10.0.0.7/", "Notices go to the internet only, not to addresses of a private network."),
            ("https://me:secret@hooks.example.com/", "Leave user and password out; a notice is proven by its signature."),
        ])
        {
            await dialog.Find("#webhook-url").InputAsync(typed);
            await dialog.Find("form").SubmitAsync();
            dialog.Find("#webhook-url-fault").TextContent.ShouldBe(said);
        }

        asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Webhook_WithEventsOfItsOwn_AsksForTheseAlone()
    {
        var dialog = await OpenAsync();
        await dialog.Find("#webhook-url").InputAsync(" https://hooks.example.com/x ");
        await dialog.FindAll("input[name=notice-events]")[1].ChangeAsync("on");
        dialog.FindAll(".events input[checked]").Count.ShouldBe(NoticeEvents.Choices.Count(what => NoticeEvents.DefaultOf(what) == NoticeChannels.All), "it begins with what may be an attack or a failure");
        foreach (var ticked in NoticeEvents.Choices.Where(what => NoticeEvents.DefaultOf(what) == NoticeChannels.All && what != NoticeEvent.KeySpike))
        {
            await dialog.FindAll(".events input")[NoticeEvents.Choices.ToList().IndexOf(ticked)].ChangeAsync(false);
        }

        await dialog.Find("form").SubmitAsync();

        var form = asked.ShouldHaveSingleItem();
        form.Url.ShouldBe("https://hooks.example.com/x");
        form.Events.ShouldBe(["key.spike"]);
    }

    [Fact]
    public async Task Email_InPortuguese_BeginsInThatLanguage()
    {
        Speak("pt-BR");
        NewEmail? added = null;
        var dialog = await ShowAsync(new DialogParameters<EmailDialog> { { d => d.Save, form => { added = form; return Task.FromResult<Error?>(null); } } });
        await dialog.Find("#email-address").InputAsync("nobody");
        await dialog.Find("form").SubmitAsync();
        dialog.Find("#email-address-fault").TextContent.ShouldBe("Informe um endereço de e-mail, como chaves@example.com.");

        await dialog.Find("#email-address").InputAsync("time@example.com");
        await dialog.Find("form").SubmitAsync();

        added.ShouldBe(new NewEmail("time@example.com", "pt-BR"));
    }

    [Fact]
    public async Task Email_ThatIsEdited_BeginsWithItsOwnChoiceAndKeepsItsAddress()
    {
        NewEmail? saved = null;
        var email = new EmailView(Guid.NewGuid(), "team@example.com", "pt-BR", [NoticeEvent.KeySpike], KeyId: null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "Ana");
        var dialog = await ShowAsync(new DialogParameters<EmailDialog> { { d => d.Email, email }, { d => d.Save, form => { saved = form; return Task.FromResult<Error?>(null); } } });
        dialog.FindAll("#email-address").ShouldBeEmpty();
        dialog.Find(".address").TextContent.ShouldBe("team@example.com");
        dialog.Find("#email-language").GetAttribute("value").ShouldBe("pt-BR");
        dialog.FindAll(".events input[checked]").ShouldHaveSingleItem();

        await dialog.FindAll(".events input")[NoticeEvents.Choices.ToList().IndexOf(NoticeEvent.KeyRevoked)].ChangeAsync(true);
        await dialog.Find("form").SubmitAsync();

        saved!.Events.ShouldBe(["key.spike", "key.revoked"]);
        (saved with { Events = null }).ShouldBe(new NewEmail("team@example.com", "pt-BR"));
    }

    [Fact]
    public async Task Grid_TickedTwiceInARow_AsksForBothEvenBeforeTheFirstIsShown()
    {
        var chosen = new List<(NoticeEvent What, NoticeChannels Channels)>();
        var grid = Render<ChannelGrid>(p => p
            .Add(g => g.Chosen, NoticeEvents.Choices.ToDictionary(what => what, NoticeEvents.DefaultOf))
            .Add(g => g.CanManage, true)
            .Add(g => g.Choose, (what, channels) => { chosen.Add((what, channels)); return Task.CompletedTask; }));
        const string Edited = "[aria-label^='API key edited']";

        await grid.FindAll(Edited)[0].ChangeAsync(true);
        await grid.FindAll(Edited)[2].ChangeAsync(true);
        await grid.FindAll(Edited)[1].ChangeAsync(false);

        chosen.ShouldBe(
        [
            (NoticeEvent.KeyEdited, NoticeChannels.Webhook | NoticeChannels.Email), (NoticeEvent.KeyEdited, NoticeChannels.All), (NoticeEvent.KeyEdited, NoticeChannels.Email | NoticeChannels.Bell),
        ]);
    }

    [Fact]
    public void Grid_ForAnAuditor_IsReadAndNotTicked()
    {
        var grid = Render<ChannelGrid>(p => p
            .Add(g => g.Chosen, NoticeEvents.Choices.ToDictionary(what => what, NoticeEvents.DefaultOf))
            .Add(g => g.Choose, (_, _) => Task.CompletedTask));

        grid.FindAll("input").ShouldBeEmpty();
        grid.FindAll("tbody tr").Count.ShouldBe(NoticeEvents.Choices.Count);
        grid.FindAll("tbody tr")[0].TextContent.ShouldContain("Yes");
    }

    private Task<IRenderedComponent<MudDialogProvider>> OpenAsync() => ShowAsync(new DialogParameters<WebhookDialog>
    {
        { d => d.Save, form => { asked.Add(form); return Task.FromResult<Error?>(null); } },
    });
}

using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Unsaved;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Tests.ApiKeys;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public sealed class UnsavedNoticeTests : ComponentHouse, IAsyncLifetime
{
    private readonly List<(string Act, Guid Key)> asked = [];
    private KeyHouse house = null!;
    private Caller reader = KeyHouse.Admin();

    public async ValueTask InitializeAsync()
    {
        house = await KeyHouse.OpenAsync(clock: Clock);
        Services.AddSingleton(house.Get<KeyReveals>()).AddSingleton(house.Get<PendingReveals>()).AddSingleton(house.Get<KeyFeed>());
        Services.AddSingleton<SessionCaller>(new Somebody(() => reader));
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await house.DisposeAsync();
    }

    [Theory]
    [InlineData("en", "Nobody has said that the values of CRM sync were saved", "I have both values", "Rotate", "Delete…")]
    [InlineData("pt-BR", "Ninguém confirmou que os valores de CRM sync foram guardados", "Tenho os dois valores", "Rotacionar", "Excluir…")]
    public async Task Maker_OfAKeyThatNobodySaved_IsToldWithWhatToDo(string culture, params string[] words)
    {
        Speak(culture);
        await LostAsync();

        var notice = Notice();

        notice.Find("section strong").TextContent.ShouldBe(words[0]);
        notice.FindAll("button").Select(b => b.TextContent.Trim()).ShouldBe(words[1..]);
    }

    [Fact]
    public async Task Rotate_AndDelete_AskThePage()
    {
        var key = await LostAsync();
        var notice = Notice();

        await notice.FindAll("button")[1].ClickAsync(new());
        await notice.FindAll("button")[2].ClickAsync(new());

        asked.ShouldBe([("rotate", key), ("delete", key)]);
    }

    [Fact]
    public async Task Saved_Said_TakesTheNoticeAway()
    {
        await LostAsync();
        var notice = Notice();

        await notice.FindAll("button")[0].ClickAsync(new());

        notice.WaitForAssertion(() => notice.FindAll("section").ShouldBeEmpty());
    }

    [Fact]
    public async Task Reveal_WhoseTimeEndsMeanwhile_IsToldByItself()
    {
        await house.Get<KeyReveals>().CreateAsync(new NewKey("CRM sync"), reader);
        var notice = Notice();
        notice.FindAll("section").ShouldBeEmpty();

        Clock.Advance(PendingReveals.Kept);

        notice.WaitForElement("section");
    }

    [Fact]
    public async Task Others_OnTheKeysPage_ReadAFactWithoutActs()
    {
        var key = await LostAsync();
        reader = KeyHouse.Auditor();

        var notice = Notice(key);

        notice.Find("section p").TextContent.ShouldBe("admin@example.test has not said that the values of this key were saved, and they can’t be shown again.");
        notice.FindAll("button").ShouldBeEmpty();
        Notice().FindAll("section").ShouldBeEmpty("on the list it is the maker's business");
    }

    private async Task<Guid> LostAsync()
    {
        var made = await house.Get<KeyReveals>().CreateAsync(new NewKey("CRM sync"), KeyHouse.Admin());
        Clock.Advance(PendingReveals.Kept);
        return made.Value!.Id;
    }

    private IRenderedComponent<UnsavedNotice> Notice(Guid? key = null) => Render<UnsavedNotice>(p => p
        .Add(n => n.TenantId, KeyHouse.Acme)
        .Add(n => n.KeyId, key)
        .Add(n => n.Rotate, k => asked.Add(("rotate", k.Id)))
        .Add(n => n.Delete, k => asked.Add(("delete", k.Id))));
}

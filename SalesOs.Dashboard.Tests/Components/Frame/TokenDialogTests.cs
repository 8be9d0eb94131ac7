using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Components.Frame.Token;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.Components.Frame;

public class TokenDialogTests : ComponentHouse
{
    private readonly Session session = new();

    public TokenDialogTests() => Services.AddSingleton<SessionToken>(session);

    [Fact]
    public async Task Token_ThatExpiresMeanwhile_IsTakenAwayAndAFreshOneOffered()
    {
        session.Answers = () => new ShownToken("a.b.c", Clock.GetUtcNow().AddMinutes(5));
        var dialog = await OpenAsync();
        dialog.Markup.ShouldNotContain("a.b.c");
        await dialog.Find(".mud-button-filled-primary").ClickAsync(new());
        dialog.Markup.ShouldContain("a.b.c");
        dialog.Markup.ShouldContain("Expires in 5 minutes.");
        dialog.FindAll(".mud-button-filled-primary").ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromMinutes(5));
        Services.GetRequiredService<SalesOs.Dashboard.Components.Language.PassingTime>().Pulse();

        dialog.WaitForAssertion(() => dialog.Markup.ShouldNotContain("a.b.c"));
        dialog.Markup.ShouldContain("This token has expired.");
        dialog.FindAll(".mud-button-filled-primary").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Token_ThatIsNone_IsSaid()
    {
        session.Answers = () => new Error(ErrorReason.NotFound);
        var dialog = await OpenAsync();
        await dialog.Find(".mud-button-filled-primary").ClickAsync(new());

        dialog.Find(".refused").TextContent.ShouldContain("no token that still holds");
    }

    [Fact]
    public async Task Token_WhoseEntryCannotBeWritten_IsNotShown()
    {
        session.Answers = () => throw new InvalidOperationException("disk");
        var dialog = await OpenAsync();
        await dialog.Find(".mud-button-filled-primary").ClickAsync(new());

        dialog.Find(".refused").TextContent.ShouldContain("could not be recorded");
    }

    [Fact]
    public async Task Sample_ForAPersonOfSeveralTenants_NamesTheOneThatIsMeant()
    {
        session.Answers = () => new ShownToken("a.b.c", Clock.GetUtcNow().AddMinutes(5));
        var dialog = await OpenAsync("tenant-2");
        await dialog.Find(".mud-button-filled-primary").ClickAsync(new());

        dialog.Markup.ShouldContain("-H 'X-Tenant-Id: tenant-2'");
    }

    [Fact]
    public void Token_AsText_IsMasked() => new ShownToken("a.b.c", Clock.GetUtcNow()).ToString().ShouldNotContain("a.b.c");

    private Task<IRenderedComponent<MudDialogProvider>> OpenAsync(string? tenant = null) => ShowAsync(new DialogParameters<TokenDialog> { { d => d.Tenant, tenant } });

    private sealed class Session : SessionToken
    {
        public Func<Result<ShownToken>> Answers { get; set; } = () => new Error(ErrorReason.NotFound);

        public override Task<Result<ShownToken>> ShowAsync() => Task.FromResult(Answers());
    }
}

using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.Components.Account;
using SalesOs.Dashboard.Components.Frame;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components;

/// <summary>The frame of every signed-in page: navigation, top bar, the page, and the places where dialogs and notices appear.</summary>
public sealed partial class MainLayout : LayoutComponentBase
{
    [PersistentState]
    public CurrentUser? Shown { get; set; }

    [PersistentState]
    public string? ChosenTheme { get; set; }

    [PersistentState]
    public string? KnownZone { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>With <c>&lt;base href="/"&gt;</c> a bare fragment would lead to the start page.</summary>
    private string SkipAddress => "/" + Navigation.ToBaseRelativePath(Navigation.Uri).Split('#')[0] + "#content";

    protected override async Task OnInitializedAsync()
    {
        ChosenTheme ??= Theme.Of(HttpContext);
        KnownZone ??= HttpContext?.Request.Cookies[UserTimeZone.Cookie];
        UserZone.BeginWith(KnownZone);
        var prerendered = Shown;
        Shown = await Session.GetAsync() is { } caller ? CurrentUser.Of(caller) : null;
        if (Shown is null)
        {
            Navigation.NavigateTo(ToSignIn.Address(Navigation), forceLoad: true);
        }
        else if (prerendered is not null && !prerendered.IsSameAs(Shown))
        {
            // Somebody else signed in, in another tab, between this page's two halves.
            Navigation.Refresh(forceReload: true);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            Passing.Start();
            await UserZone.AskAsync();
        }
    }

    private async Task ChangeThemeAsync(string theme)
    {
        ChosenTheme = theme;
        await Browser.InvokeVoidAsync("dashboard.chooseTheme", theme);
    }
}

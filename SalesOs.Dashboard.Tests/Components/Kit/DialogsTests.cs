using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using SalesOs.Dashboard.Components.KeyList.Shortcuts;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Tests.Components.Kit;

public sealed class DialogsTests : ComponentHouse
{
    private readonly IRenderedComponent<MudDialogProvider> host;
    private readonly Dialogs dialogs;

    public DialogsTests()
    {
        host = Render<MudDialogProvider>();
        dialogs = new Dialogs(Services.GetRequiredService<IDialogService>());
    }

    private int Shown => host.FindComponents<ShortcutsDialog>().Count;

    [Fact]
    public async Task Show_TwiceAtOnce_OpensOne()
    {
        await host.InvokeAsync(() => Task.WhenAll(OpenAsync(), OpenAsync()));

        Shown.ShouldBe(1);
    }

    [Fact]
    public async Task Show_AfterItWasClosed_OpensItAgain()
    {
        await host.InvokeAsync(OpenAsync);
        await host.Find("button[aria-label=Close], .mud-dialog button").ClickAsync();
        host.WaitForState(() => Shown == 0);

        await host.InvokeAsync(OpenAsync);

        Shown.ShouldBe(1);
    }

    [Fact]
    public async Task Show_AfterThePageWasLeft_OpensItAgain()
    {
        await host.InvokeAsync(OpenAsync);
        await host.InvokeAsync(() => Services.GetRequiredService<NavigationManager>().NavigateTo("/audit-log"));
        host.WaitForState(() => Shown == 0);

        await host.InvokeAsync(OpenAsync);

        Shown.ShouldBe(1);
    }

    private Task OpenAsync() => dialogs.ShowAsync("Shortcuts", new DialogParameters<ShortcutsDialog> { { d => d.CanCreate, true } });
}

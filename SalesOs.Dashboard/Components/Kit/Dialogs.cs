using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>Opens dialogs, of each kind one at a time: on a slow line a button is clicked again before its dialog is there.</summary>
public sealed class Dialogs(IDialogService service)
{
    private readonly HashSet<Type> open = [];

    /// <summary>Opens the dialog; does nothing while one of its kind is open.</summary>
    public async Task ShowAsync<TDialog>(string title, DialogParameters<TDialog> parameters)
        where TDialog : IComponent
    {
        if (!open.Add(typeof(TDialog)))
        {
            return;
        }

        try
        {
            var shown = await service.ShowAsync<TDialog>(title, parameters);
            _ = ForgetAsync(typeof(TDialog), shown);
        }
        catch
        {
            open.Remove(typeof(TDialog));
            throw;
        }
    }

    private async Task ForgetAsync(Type kind, IDialogReference shown)
    {
        await shown.Result;
        open.Remove(kind);
    }
}

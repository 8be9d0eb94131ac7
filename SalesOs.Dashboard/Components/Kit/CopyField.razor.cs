using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>A value to take away: copied by a button, shown and hidden by another.</summary>
public sealed partial class CopyField
{
    private readonly string labelId = "copy-" + Guid.NewGuid().ToString("N");
    private bool copied;

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter, EditorRequired]
    public string Value { get; set; } = "";

    /// <summary>Begins hidden from the people behind; copying works either way.</summary>
    [Parameter]
    public bool Masked { get; set; }

    /// <summary>Tells in words what happened, for the dialog's live region.</summary>
    [Parameter]
    public EventCallback<string> Copied { get; set; }

    private bool Hidden { get; set; }

    protected override void OnInitialized() => Hidden = Masked;

    private async Task CopyAsync()
    {
        copied = await Browser.InvokeAsync<bool>("dashboard.copy", Value);
        await Copied.InvokeAsync(copied ? Words["Copied", ("label", Label)] : Words["CopyFailed"]);
    }
}

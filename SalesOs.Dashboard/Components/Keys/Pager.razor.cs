using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Which keys of how many are shown, and the way to the others.</summary>
public sealed partial class Pager
{
    [Parameter, EditorRequired]
    public KeysAddress Address { get; set; } = null!;

    [Parameter, EditorRequired]
    public long Total { get; set; }

    [Parameter]
    public EventCallback<KeysAddress> Changed { get; set; }

    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;

    private long First => Math.Min(((Address.Page - 1L) * Address.PerPage) + 1, Total);

    private long Last => Math.Min((long)Address.Page * Address.PerPage, Total);

    private Task Resize(ChangeEventArgs change) =>
        Changed.InvokeAsync(Address with { PerPage = int.Parse((string)change.Value!, CultureInfo.InvariantCulture), Page = 1 });
}

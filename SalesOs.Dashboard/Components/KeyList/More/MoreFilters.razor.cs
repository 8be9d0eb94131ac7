using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.KeyList.More;

/// <summary>
/// What somebody filters by who reviews how keys are used, and the list as a file; behind one button, as it is seldom wanted. It shows an address and answers with
/// the next one; the page goes there.
/// </summary>
public sealed partial class MoreFilters
{
    [Parameter, EditorRequired]
    public KeysAddress Address { get; set; } = null!;

    [Parameter]
    public EventCallback<KeysAddress> Changed { get; set; }

    private KeyTraitsAddress Traits => Address.Traits;

    private static string? Text(ChangeEventArgs change) => (change.Value as string)?.Trim() is { Length: > 0 } text ? text : null;

    private Task ChooseAsync(KeyTraitsAddress traits) => Changed.InvokeAsync(Address with { Traits = traits, Page = 1 });
}

using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>When a key expires; a key in use that has 14 days or less warns. It keeps itself true while the page is open.</summary>
public sealed partial class Expiry : IDisposable
{
    public static readonly TimeSpan Soon = KeyMarks.Soon;

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    public void Dispose() => Passing.Passed -= OnPassed;

    protected override void OnInitialized() => Passing.Passed += OnPassed;

    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);
}

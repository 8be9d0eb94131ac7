using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>When a key expires; a key in use that has 14 days or less warns. It keeps itself true while the page is open.</summary>
public sealed partial class Expiry : IDisposable
{
    public static readonly TimeSpan Soon = KeyMarks.Soon;

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private PassingTime Passing { get; set; } = null!;

    [Inject]
    private RelativeTime Relative { get; set; } = null!;

    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;

    public void Dispose() => Passing.Passed -= OnPassed;

    protected override void OnInitialized() => Passing.Passed += OnPassed;

    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);
}

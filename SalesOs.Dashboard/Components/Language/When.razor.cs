using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>A moment in relative words, the exact time on hover; it keeps itself true while the page is open.</summary>
public sealed partial class When : IDisposable
{
    [Parameter, EditorRequired]
    public DateTimeOffset Moment { get; set; }

    [Parameter]
    public string? Class { get; set; }

    public void Dispose() => Passing.Passed -= OnPassed;

    protected override void OnInitialized() => Passing.Passed += OnPassed;

    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);
}

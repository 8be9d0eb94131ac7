using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>Which rows of how many are shown, and the way to the others; a page is a place in the address. Another page begins at its top.</summary>
public sealed partial class PageTurner
{
    private int? shown;
    private bool turned;

    /// <summary>From 1.</summary>
    [Parameter, EditorRequired]
    public int Page { get; set; }

    [Parameter, EditorRequired]
    public int PerPage { get; set; }

    [Parameter, EditorRequired]
    public IReadOnlyList<int> Sizes { get; set; } = [];

    /// <summary>Rows on all pages.</summary>
    [Parameter, EditorRequired]
    public long Total { get; set; }

    /// <summary>Words the first and the last row that are shown.</summary>
    [Parameter, EditorRequired]
    public Func<long, long, string> Range { get; set; } = null!;

    [Parameter, EditorRequired]
    public string SizeLabel { get; set; } = "";

    [Parameter, EditorRequired]
    public Func<int, string> AddressOf { get; set; } = null!;

    [Parameter]
    public EventCallback<int> Resized { get; set; }

    private long First => Math.Min(((Page - 1L) * PerPage) + 1, Total);

    private long Last => Math.Min((long)Page * PerPage, Total);

    protected override void OnParametersSet()
    {
        turned |= shown is not null && shown != Page;
        shown = Page;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (turned)
        {
            turned = false;
            await Browser.InvokeVoidAsync("dashboard.toTop");
        }
    }

    private Task ResizeAsync(ChangeEventArgs change) => Resized.InvokeAsync(int.Parse((string)change.Value!, CultureInfo.InvariantCulture));
}

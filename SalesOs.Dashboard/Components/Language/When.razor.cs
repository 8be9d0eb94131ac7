using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>A moment in relative words, the exact time on hover; it keeps itself true while the page is open.</summary>
public sealed partial class When : IDisposable
{
    [Parameter, EditorRequired]
    public DateTimeOffset Moment { get; set; }

    [Parameter]
    public string? Class { get; set; }

    /// <summary>
    /// The same for those who draw many and see to it themselves that it stays true. It is one piece of markup, since a row of the list has three of them: element,
    /// attributes and text are five entries in the circuit's memory, and a row with more than 128 takes twice as much (<c>docs/performance.md</c>).
    /// </summary>
    public static MarkupString Of(DateTimeOffset moment, RelativeTime relative, string? cssClass = null)
    {
        var encoder = HtmlEncoder.Default;
        var named = cssClass is null ? null : $" class=\"{encoder.Encode(cssClass)}\"";
        return new MarkupString(string.Create(
            CultureInfo.InvariantCulture,
            $"""<time datetime="{moment.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" title="{encoder.Encode(relative.SayExactly(moment))}"{named}>{encoder.Encode(relative.Say(moment))}</time>"""));
    }

    public void Dispose() => Passing.Passed -= OnPassed;

    protected override void OnInitialized() => Passing.Passed += OnPassed;

    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);
}

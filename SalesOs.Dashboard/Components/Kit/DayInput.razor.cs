using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>
/// A day in the browser's own field. While its parts are typed one after the other the browser tells of days that are not yet meant, and of none: the field is never written
/// back to, or it would be emptied under the reader's fingers, and it is to be judged only once it was left.
/// </summary>
public sealed partial class DayInput
{
    private string? begun;

    /// <summary>What the field begins with.</summary>
    [Parameter]
    public DateOnly? Day { get; set; }

    /// <summary>The day as it stands in the field by now; null while it is not whole.</summary>
    [Parameter, EditorRequired]
    public Action<DateOnly?> Typed { get; set; } = null!;

    [Parameter]
    public EventCallback Left { get; set; }

    [Parameter]
    public DateOnly? Min { get; set; }

    /// <summary>The attributes of its <see cref="Field"/>.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, object> Attributes { get; set; } = new Dictionary<string, object>(StringComparer.Ordinal);

    protected override void OnInitialized() => begun = Text(Day);

    private static string? Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Change(ChangeEventArgs change) =>
        Typed(DateOnly.TryParseExact(change.Value as string, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null);
}

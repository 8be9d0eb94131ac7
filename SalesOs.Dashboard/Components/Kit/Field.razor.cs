using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>A labelled field with its hint or its faults beside it, tied together for screen readers.</summary>
public sealed partial class Field
{
    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public string? Hint { get; set; }

    [Parameter]
    public IReadOnlyList<string> Faults { get; set; } = [];

    /// <summary>Gets the attributes that the input must carry: <c>id</c>, <c>aria-describedby</c>, <c>aria-invalid</c>.</summary>
    [Parameter, EditorRequired]
    public RenderFragment<IReadOnlyDictionary<string, object>> ChildContent { get; set; } = null!;

    private string FaultId => Id + "-fault";

    private string HintId => Id + "-hint";

    private Dictionary<string, object> Attributes
    {
        get
        {
            var attributes = new Dictionary<string, object>(StringComparer.Ordinal) { ["id"] = Id };
            if (Faults.Count > 0)
            {
                attributes["aria-invalid"] = "true";
                attributes["aria-describedby"] = FaultId;
            }
            else if (Hint is not null)
            {
                attributes["aria-describedby"] = HintId;
            }

            return attributes;
        }
    }
}

using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Reveal;

/// <summary>Why the values of a new key are not on the screen.</summary>
public enum WithheldFor
{
    /// <summary>The audit entry could not be written; trying again may help.</summary>
    NotRecorded,

    /// <summary>Ten minutes have passed; they are gone.</summary>
    TimeIsOver,
}

/// <summary>Says in place of the reveal why there is none, and what to do.</summary>
public sealed partial class RevealWithheld
{
    [Parameter, EditorRequired]
    public WithheldFor Reason { get; set; }

    [Parameter]
    public EventCallback Retry { get; set; }

    [Parameter]
    public EventCallback Close { get; set; }
}

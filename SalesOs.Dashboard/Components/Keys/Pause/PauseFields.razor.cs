using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys.Pause;

/// <summary>For how long, what then, why, and what callers are told; and what will happen next, in one sentence.</summary>
public sealed partial class PauseFields
{
    [Parameter, EditorRequired]
    public PauseForm Form { get; set; } = null!;

    /// <summary>The faults of a field, worded; empty before somebody has tried to pause.</summary>
    [Parameter, EditorRequired]
    public Func<string, IReadOnlyList<string>> FaultsOf { get; set; } = null!;

    /// <summary>Something was changed.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    private string Next => Form.UntilAt(Clock.GetUtcNow(), Reader.Zone) is { } until ? Words["Next_" + Form.Then, ("when", Relative.SayExactly(until))]
        : Form.Choice == PauseChoice.Open ? Words["Next_Open"]
        : Words["TimeRequired"];

    private Task TellAsync() => Changed.InvokeAsync();

    private Task Choose(PauseChoice choice)
    {
        Form.Choice = choice;
        return TellAsync();
    }

    private Task ChooseThen(PauseEnd then)
    {
        Form.Then = then;
        return TellAsync();
    }
}

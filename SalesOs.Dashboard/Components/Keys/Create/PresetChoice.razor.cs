using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Create;

/// <summary>Usual kinds of programs; one click fills in what such a key needs, and all of it can be changed after.</summary>
public sealed partial class PresetChoice
{
    [Parameter, EditorRequired]
    public NewKeyForm Form { get; set; } = null!;

    /// <summary>The form was filled in.</summary>
    [Parameter]
    public EventCallback Applied { get; set; }

    private string? Announced { get; set; }

    private Task ApplyAsync(KeyPreset preset)
    {
        preset.Apply(Form);
        Announced = Words["PresetChosen", ("preset", Words["Preset_" + preset.Id])];
        return Applied.InvokeAsync();
    }
}

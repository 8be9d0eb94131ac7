using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys.Pause;

/// <summary>Pauses one key, or changes how its pause goes on.</summary>
public sealed partial class PauseKeyDialog
{
    private const string FormId = "pause-key";

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    protected override PauseForm Began => PauseForm.Of(Key.Pause);

    protected override void OnInitialized() => Form = Began;
}

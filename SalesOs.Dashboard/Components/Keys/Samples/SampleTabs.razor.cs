using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>Programs that send a first signed request, one language at a time. The arrow keys, Home and End go from one language to the next.</summary>
public sealed partial class SampleTabs
{
    private readonly Dictionary<string, ElementReference> tabs = new(StringComparer.Ordinal);

    [Parameter, EditorRequired]
    public string ApiKey { get; set; } = "";

    /// <summary>Without a slash at the end.</summary>
    [Parameter, EditorRequired]
    public string BaseAddress { get; set; } = "";

    /// <summary>Tells in words what happened, for the dialog's live region.</summary>
    [Parameter]
    public EventCallback<string> Copied { get; set; }

    private Sample Chosen { get; set; } = Sample.All[0];

    private string Code => Chosen.For(new SampleText(ApiKey, BaseAddress, Words["TargetNote"], Words["SetFirst", ("variable", EnvFile.SecretName)]));

    private static string TabId(Sample sample) => "sample-" + sample.Id;

    private void Choose(Sample sample) => Chosen = sample;

    private async Task MoveAsync(KeyboardEventArgs pressed)
    {
        var (at, count) = (Sample.All.Index().First(s => s.Item == Chosen).Index, Sample.All.Count);
        int? next = pressed.Key switch
        {
            "ArrowRight" => (at + 1) % count,
            "ArrowLeft" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => null,
        };
        if (next is { } index)
        {
            Choose(Sample.All[index]);
            await tabs[Chosen.Id].FocusAsync();
        }
    }

    private async Task CopyAsync()
    {
        var copied = await Browser.InvokeAsync<bool>("dashboard.copy", Code);
        await Copied.InvokeAsync(copied ? Words["CopiedSample"] : KitWords["CopyFailed"]);
    }
}

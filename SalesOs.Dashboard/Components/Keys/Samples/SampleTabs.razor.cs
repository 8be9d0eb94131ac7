using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>Programs that send a signed request, one call and one language at a time. The arrow keys, Home and End go from one language to the next.</summary>
public sealed partial class SampleTabs
{
    private readonly Dictionary<string, ElementReference> tabs = new(StringComparer.Ordinal);

    /// <summary>Which key the samples are for, such as <c>sk_live_a1b2c3d4…o5p6</c>.</summary>
    [Parameter, EditorRequired]
    public string KeyHint { get; set; } = "";

    /// <summary>Of the key; the calls that they open can be chosen.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<string> Scopes { get; set; } = [];

    /// <summary>Without a slash at the end.</summary>
    [Parameter, EditorRequired]
    public string BaseAddress { get; set; } = "";

    /// <summary>Where the guide says more, with the key where the page knows it.</summary>
    [Parameter]
    public string GuideAddress { get; set; } = GuideLinks.Authentication;

    /// <summary>Tells in words what happened, for the dialog's live region.</summary>
    [Parameter]
    public EventCallback<string> Copied { get; set; }

    private IReadOnlyList<SampleCall> Calls => SampleCall.OpenTo(Scopes);

    private SampleCall Call { get; set; } = SampleCall.Signed[0];

    private Sample Chosen { get; set; } = Sample.Signed[0];

    private string Code => Chosen.Text(Call, new SampleValues(Words, BaseAddress, KeyHint));

    private static string TabId(Sample sample) => "sample-" + sample.Id;

    private void Choose(Sample sample) => Chosen = sample;

    private void ChooseCall(ChangeEventArgs chosen) => Call = Calls.FirstOrDefault(call => call.Id == (string?)chosen.Value) ?? Call;

    /// <summary>An edit of the key may have closed the call that was chosen.</summary>
    protected override void OnParametersSet() => Call = Calls.Contains(Call) ? Call : Calls[0];

    private async Task MoveAsync(KeyboardEventArgs pressed)
    {
        var (at, count) = (Sample.Signed.Index().First(s => s.Item == Chosen).Index, Sample.Signed.Count);
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
            Choose(Sample.Signed[index]);
            await tabs[Chosen.Id].FocusAsync();
        }
    }

    private async Task CopyAsync()
    {
        var copied = await Browser.InvokeAsync<bool>("dashboard.copy", Code);
        await Copied.InvokeAsync(copied ? Words["CopiedSample"] : KitWords["CopyFailed"]);
    }
}

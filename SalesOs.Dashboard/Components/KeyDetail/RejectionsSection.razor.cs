using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>
/// A key's refused requests with their true reasons: those signed with its secret apart from those that anyone could have sent. One is found by its id,
/// which the address then names.
/// </summary>
public sealed partial class RejectionsSection
{
    private const int Few = 5;

    private readonly HashSet<string> all = new(StringComparer.Ordinal);
    private ElementReference found;
    private string typed = "";
    private string? shown;
    private bool asked;
    private bool focusFound;

    [Parameter, EditorRequired]
    public KeyAddress Address { get; set; } = null!;

    [Parameter, EditorRequired]
    public Part<KeyRejections> Part { get; set; } = Part<KeyRejections>.Waiting;

    [Parameter]
    public EventCallback Retry { get; set; }

    private IReadOnlyList<string> FindFaults => asked && typed.Trim().Length > 0 && (Address with { Request = typed.Trim() }).RequestId is null ? [Words["NoRequestId"]] : [];

    protected override void OnParametersSet()
    {
        if (Address.Request != shown)
        {
            shown = Address.Request;
            typed = shown ?? "";
            asked = true;
            focusFound = Address.RequestId is not null;
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (focusFound && Part.Value is not null)
        {
            focusFound = false;
            // Whoever types the next id already keeps the field.
            if (typed == shown)
            {
                await found.FocusAsync();
            }
        }
    }

    private static IEnumerable<(string Name, RejectionPage Page)> Groups(KeyRejections rejections)
    {
        if (rejections.Proven.Total > 0)
        {
            yield return ("Proven", rejections.Proven);
        }

        if (rejections.Unproven.Total > 0)
        {
            yield return ("Unproven", rejections.Unproven);
        }
    }

    private void Find()
    {
        asked = true;
        var request = typed.Trim();
        if (request.Length == 0 || FindFaults.Count == 0)
        {
            Navigation.NavigateTo((Address with { Request = request.Length == 0 ? null : request }).ToString());
        }
    }
}

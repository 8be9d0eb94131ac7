using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Policies;

/// <summary>Draws nothing, and says that the tenant's policy was changed: by another page, on whichever node.</summary>
public sealed class PolicyNews : ComponentBase, IDisposable
{
    private IDisposable? listening;

    [Parameter, EditorRequired]
    public string TenantId { get; set; } = "";

    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private KeyFeed Feed { get; set; } = null!;

    public void Dispose() => listening?.Dispose();

    protected override Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return Task.CompletedTask;
        }

        listening = Feed.Listen(TenantId, (change, ids) =>
        {
            if (change == KeyChange.Keys && ids.Count == 0)
            {
                _ = InvokeAsync(Changed.InvokeAsync);
            }
        });
        // What changed between the prerendered page and now was told to nobody.
        return Changed.InvokeAsync();
    }
}

using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList.Bulk;

/// <summary>What can be done with the chosen keys, and the choice of all that the filters find. It lies over the page's end, so that nothing moves when it comes.</summary>
public sealed partial class SelectionBar
{
    private KeyQuery? counted;
    private bool choosing;

    [Parameter, EditorRequired]
    public ChosenKeys Chosen { get; set; } = null!;

    /// <summary>What the list shows, whatever its page.</summary>
    [Parameter, EditorRequired]
    public KeyQuery Query { get; set; } = null!;

    /// <summary>More keys were chosen.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Parameter]
    public EventCallback Clear { get; set; }

    [Parameter]
    public EventCallback Pause { get; set; }

    /// <summary>Offered where one of them was paused when it was chosen.</summary>
    [Parameter]
    public EventCallback Resume { get; set; }

    [Parameter]
    public EventCallback Revoke { get; set; }

    /// <summary>How many the query finds that can be revoked; null while that is not known.</summary>
    private long? Total { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (Query with { Page = 1 } is var query && query != counted)
        {
            counted = query;
            Total = null;
            var total = await Actions.CountRevocableAsync(query);
            Total = query == counted ? total : Total;
        }
    }

    private async Task ChooseAllAsync()
    {
        choosing = true;
        try
        {
            var (query, chosen) = (counted, Chosen.Version);
            // Whoever chooses otherwise or looks at other keys meanwhile no longer wants all of these.
            if (await Actions.RevocableAsync(Query) is { } found && query == counted && chosen == Chosen.Version)
            {
                Chosen.Add(found.Keys);
                Total = found.Total;
                await Changed.InvokeAsync();
            }
        }
        finally
        {
            choosing = false;
        }
    }
}

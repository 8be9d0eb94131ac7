using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Reviews;

namespace SalesOs.Dashboard.Components.Reviews;

/// <summary>The keys whose owner has left or was erased: somebody adopts them, rotates them, or lets them go.</summary>
public sealed partial class WithoutOwnerPage : IDisposable
{
    private LiveLoad loads = null!;

    /// <summary>Where the prerendered page has left what it shows for the circuit.</summary>
    [PersistentState]
    public Guid? Ticket { get; set; }

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    private ReviewAddress Address { get; set; } = new();

    private OwnerlessKeys? Shown { get; set; }

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        loads.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        loads = Loads.For(new LivePage(InvokeAsync, StateHasChanged, LoadAsync, (_, _) => Task.FromResult(false)));
        // A page without parameters is not told when only the query changes.
        Navigation.LocationChanged += OnLocationChanged;
        Address = ReviewAddress.Parse(Navigation.Uri, id: null);
        Shown = Ticket is { } ticket ? Handover.Take(ticket, CurrentUser.TenantId) : null;
        if (Shown is null && CurrentUser.CanSeeKeys)
        {
            await loads.LoadAsync();
        }

        if (!RendererInfo.IsInteractive && Shown is not null)
        {
            Ticket = Handover.Leave(CurrentUser.TenantId, Shown);
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        if (new Uri(e.Location).AbsolutePath == ReviewAddress.WithoutOwner)
        {
            Address = ReviewAddress.Parse(e.Location, id: null);
            await loads.LoadAsync();
            StateHasChanged();
        }
    });

    private async Task<bool> LoadAsync(Caller caller, bool byItself, CancellationToken cancellationToken)
    {
        var keys = await Queries.WithoutOwnerAsync(Address.Page, ReviewAddress.PerPage, caller, cancellationToken);
        if (keys.Done)
        {
            Shown = new OwnerlessKeys(keys.Value);
        }

        return keys.Done;
    }
}

/// <summary>What the page of keys without an owner shows.</summary>
public sealed record OwnerlessKeys(KeyPage Page);

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Reviews;

namespace SalesOs.Dashboard.Components.Reviews;

/// <summary>Integrations › Reviews: the reviews of the organization, what waits for the reader in them, and the way to the keys without an owner.</summary>
public sealed partial class ReviewsPage : IDisposable
{
    private LiveLoad loads = null!;

    /// <summary>Where the prerendered page has left what it shows for the circuit.</summary>
    [PersistentState]
    public Guid? Ticket { get; set; }

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    private ReviewAddress Address { get; set; } = new();

    private ReviewListing? Listing { get; set; }

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
        Listing = Ticket is { } ticket ? Handover.Take(ticket, CurrentUser.TenantId) : null;
        if (Listing is null && CurrentUser.CanSeeKeys)
        {
            await loads.LoadAsync();
        }

        if (!RendererInfo.IsInteractive && Listing is not null)
        {
            Ticket = Handover.Leave(CurrentUser.TenantId, Listing);
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        if (new Uri(e.Location).AbsolutePath == ReviewAddress.List)
        {
            Address = ReviewAddress.Parse(e.Location, id: null);
            await loads.LoadAsync();
            StateHasChanged();
        }
    });

    private void GoTo(Guid review) => Navigation.NavigateTo(new ReviewAddress(review).ToString());

    private async Task<bool> LoadAsync(Caller caller, bool byItself, CancellationToken cancellationToken)
    {
        var page = await Queries.ListAsync(Address.Page, ReviewAddress.PerPage, caller, cancellationToken);
        var counts = await Queries.CountsAsync(caller, cancellationToken);
        if (!page.Done || !counts.Done)
        {
            return false;
        }

        Listing = new ReviewListing(page.Value, counts.Value);
        return true;
    }
}

/// <summary>What the page of reviews shows.</summary>
public sealed record ReviewListing(ReviewList Page, ReviewCounts Counts);

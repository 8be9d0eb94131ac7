using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>Integrations › Audit log. The address holds what the reader chose; the page of entries is loaded for it and handed from the prerendered page to the circuit.</summary>
public sealed partial class AuditLogPage : IDisposable
{
    private readonly OwnNavigations ownNavigations = new();
    private readonly LatestLoad latest = new();

    /// <summary>Where the prerendered page has left its entries for the circuit.</summary>
    [PersistentState]
    public Guid? Ticket { get; set; }

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    private AuditAddress Address { get; set; } = new();

    private AuditListing? Listing { get; set; }

    private IReadOnlyList<AuditPerson> People => Listing?.People ?? [];

    private bool Failed { get; set; }

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        Passing.Passed -= OnPassed;
        latest.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        // A page without parameters is not told when only the query changes.
        Navigation.LocationChanged += OnLocationChanged;
        Passing.Passed += OnPassed;
        Listing = Ticket is { } ticket ? Handover.Take(ticket, CurrentUser.TenantId) : null;
        await ShowAsync(Navigation.Uri);
        if (!RendererInfo.IsInteractive && Listing is not null)
        {
            Ticket = Handover.Leave(CurrentUser.TenantId, Listing);
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        if (new Uri(e.Location).AbsolutePath == AuditAddress.Path && ownNavigations.Arrive(AuditAddress.Parse(e.Location).ToString()))
        {
            await ShowAsync(e.Location);
            StateHasChanged();
        }
    });

    /// <summary>The reader's days begin at another moment once their time zone is known.</summary>
    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(async () =>
    {
        if (Address.HasDays && Listing is not null && Listing.Zone != UserZone.Zone.Id)
        {
            await LoadAsync();
        }

        StateHasChanged();
    });

    private async Task ShowAsync(string location)
    {
        Address = AuditAddress.Parse(location);
        if (CurrentUser.CanSeeKeys && (latest.IsUnderWay || Listing?.Address != Address.ToString()))
        {
            await LoadAsync();
        }
    }

    private void Go(AuditAddress address)
    {
        var replaces = address with { Key = Address.Key } == Address;
        Address = address;
        ownNavigations.Add(address.ToString());
        Navigation.NavigateTo(address.ToString(), replace: replaces);
    }

    /// <summary>Loads for the address of now. The entries before it stay until the answer is there.</summary>
    private Task LoadAsync() => latest.RunAsync(async cancelled =>
    {
        var address = Address;
        try
        {
            if (await Session.GetAsync() is not { } caller || await ReadAsync(address, caller, cancelled) is not { } listing || cancelled.IsCancellationRequested)
            {
                return;
            }

            if (listing.Page.Entries.Count == 0 && listing.Page.Total > 0)
            {
                // A page beyond the end, of an old link.
                Go(address with { Page = (int)((listing.Page.Total + address.PerPage - 1) / address.PerPage) });
                return;
            }

            Listing = listing;
            Failed = false;
        }
        catch (Exception fault) when (!cancelled.IsCancellationRequested)
        {
            LogListFailed(Logger, fault);
            Failed = true;
        }
    });

    /// <returns>Null when the caller may no longer see the log.</returns>
    private async Task<AuditListing?> ReadAsync(AuditAddress address, Caller caller, CancellationToken cancellationToken)
    {
        var zone = UserZone.Zone;
        var keys = address.Key is { } text ? await Names.FindAsync(text, caller, cancellationToken) : null;
        var filter = address.ToFilter(zone, keys);
        if ((await Log.ListAsync(filter, caller, cancellationToken)).Value is not { } page)
        {
            return null;
        }

        var shown = page.Entries.Select(e => e.KeyId).Append(keys is [var only] ? only : null).OfType<Guid>().Distinct().ToList();
        var names = await Names.OfAsync(shown, caller, cancellationToken);
        var people = await Everybody.ListAsync(caller, cancellationToken);
        return names is null || people is null ? null : new AuditListing(address.ToString(), zone.Id, filter, page, names, people);
    }

    [LoggerMessage(5200, LogLevel.Error, "The audit log could not be loaded.")]
    private static partial void LogListFailed(ILogger logger, Exception fault);
}

/// <param name="Address">The address that this page of entries answers.</param>
/// <param name="Zone">The time zone in which the address's days were taken.</param>
public sealed record AuditListing(
    string Address, string Zone, AuditFilter Filter, AuditPage Page, IReadOnlyDictionary<Guid, KeyName> Keys, IReadOnlyList<AuditPerson> People);

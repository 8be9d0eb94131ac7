using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>
/// Integrations › Notices: where notices go, of what they tell, and what became of each. The address holds what the reader chose; the rest is loaded for it, follows
/// the feed of notices, and is handed from the prerendered page to the circuit.
/// </summary>
public sealed partial class NoticesPage : IDisposable
{
    private readonly OwnNavigations ownNavigations = new();
    private readonly LatestLoad latest = new();
    private LiveNotices? live;

    /// <summary>Where the prerendered page has left what it shows for the circuit.</summary>
    [PersistentState]
    public Guid? Ticket { get; set; }

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    private NoticesAddress Address { get; set; } = new();

    private NoticesScreen? Screen { get; set; }

    private bool Failed { get; set; }

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        live?.Dispose();
        latest.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        // A page without parameters is not told when only the query changes.
        Navigation.LocationChanged += OnLocationChanged;
        Screen = Ticket is { } ticket ? Handover.Take(ticket, CurrentUser.TenantId) : null;
        await ShowAsync(Navigation.Uri);
        if (!RendererInfo.IsInteractive && Screen is not null)
        {
            Ticket = Handover.Leave(CurrentUser.TenantId, Screen);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && CurrentUser.CanSeeKeys)
        {
            live = new LiveNotices(Feed, CurrentUser.TenantId, Clock, () => _ = InvokeAsync(() => LoadAsync(byItself: true)));
            // What changed between the prerendered page and now was told to nobody.
            await LoadAsync(byItself: true);
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        if (new Uri(e.Location).AbsolutePath == NoticesAddress.Path && ownNavigations.Arrive(NoticesAddress.Parse(e.Location).ToString()))
        {
            await ShowAsync(e.Location);
            StateHasChanged();
        }
    });

    private async Task ShowAsync(string location)
    {
        Address = NoticesAddress.Parse(location);
        if (CurrentUser.CanSeeKeys && (latest.IsUnderWay || Screen?.Address != Address))
        {
            await LoadAsync(byItself: false);
        }
    }

    private void Go(NoticesAddress address)
    {
        Address = address;
        ownNavigations.Add(address.ToString());
        Navigation.NavigateTo(address.ToString());
    }

    /// <summary>Loads for the address of now. What was shown before stays until the answer is there.</summary>
    /// <param name="byItself">Not the reader's act, so it does not keep their session open.</param>
    private Task LoadAsync(bool byItself) => latest.RunAsync(async cancelled =>
    {
        var address = Address;
        try
        {
            if (await (byItself ? Session.PeekAsync() : Session.GetAsync()) is not { } caller)
            {
                return;
            }

            var loaded = await Screens.LoadAsync(address, caller, cancelled);
            if (cancelled.IsCancellationRequested)
            {
                return;
            }

            if (loaded.Value is { Deliveries: { Deliveries.Count: 0, Total: > 0 } sent })
            {
                // A page beyond the end, of an old link.
                Go(address with { Page = (int)((sent.Total + address.PerPage - 1) / address.PerPage) });
                return;
            }

            (Screen, Failed) = (loaded.Value ?? Screen, !loaded.Done);
        }
        catch (Exception fault) when (!cancelled.IsCancellationRequested)
        {
            LogNotLoaded(Logger, fault);
            Failed = true;
        }

        StateHasChanged();
    });

    [LoggerMessage(5210, LogLevel.Error, "The page of notices could not be loaded.")]
    private static partial void LogNotLoaded(ILogger logger, Exception fault);
}

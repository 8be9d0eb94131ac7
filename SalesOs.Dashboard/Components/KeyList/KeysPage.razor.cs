using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList.Bulk;
using SalesOs.Dashboard.Components.KeyList.Find;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>
/// Integrations › API Keys. The address holds what the reader chose; the list is loaded for it, kept true by the key feed, and handed from the
/// prerendered page to the circuit.
/// </summary>
public sealed partial class KeysPage : IDisposable
{
    private readonly OwnNavigations ownNavigations = new();
    private readonly ChosenKeys chosen = new();
    private LiveLoad loads = null!;

    /// <summary>Where the prerendered page has left its list for the circuit.</summary>
    [PersistentState]
    public Guid? Ticket { get; set; }

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    private KeysAddress Address { get; set; } = new();

    private SearchFindings Findings { get; set; } = new();

    private KeyListing? Listing => Shown.Listing;

    private bool IsEmpty => Listing is { Page.Total: 0 } && !Address.IsFiltered && !loads.Failed;

    /// <summary>Who made the keys that are shown, when the list is narrowed to theirs.</summary>
    private string? CreatorName => Address.Creator is { } creator ? Listing?.Page.Keys.FirstOrDefault(k => k.CreatedById == creator)?.CreatedBy : null;

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        Passing.Passed -= OnPassed;
        loads.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        loads = Loads.For(new LivePage(InvokeAsync, StateHasChanged, LoadAsync, MoveAsync));
        // A page without parameters is not told when only the query changes.
        Navigation.LocationChanged += OnLocationChanged;
        if (Ticket is { } ticket && Handover.Take(ticket, CurrentUser.TenantId) is { } prerendered)
        {
            Shown.Take(prerendered);
        }

        await ShowAsync(Navigation.Uri);
        if (!RendererInfo.IsInteractive && Listing is not null)
        {
            await loads.TryAsync(Shown.LoadUsageAsync);
            Ticket = Handover.Leave(CurrentUser.TenantId, Shown.Leave()!);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && CurrentUser.CanSeeKeys)
        {
            Passing.Passed += OnPassed;
            loads.Follow(CurrentUser.TenantId);
            if (await loads.TryAsync(Shown.CompleteAsync))
            {
                StateHasChanged();
            }
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        if (new Uri(e.Location).AbsolutePath == KeyLinks.List && ownNavigations.Arrive(KeysAddress.Parse(e.Location).ToString()))
        {
            await ShowAsync(e.Location);
            StateHasChanged();
        }
    });

    /// <summary>With the time alone keys expire, marks come, and the sliding hour frees requests.</summary>
    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(() => loads.MoveAsync());

    private async Task ShowAsync(string location)
    {
        Address = KeysAddress.Parse(location);
        if (CurrentUser.CanSeeKeys && (loads.IsUnderWay || Listing?.Address != Address.ToString()))
        {
            await loads.LoadAsync();
        }

        // What was said of the search before goes with it.
        if (Address.Search != Findings.Search && await Search.AboutAsync(Address.Search) is var about && about.Search == Address.Search)
        {
            Findings = about;
        }
    }

    private void Go(KeysAddress address)
    {
        var replaces = address with { Search = Address.Search } == Address;
        Address = address;
        ownNavigations.Add(address.ToString());
        Navigation.NavigateTo(address.ToString(), replace: replaces);
    }

    private async Task FindPastedAsync(PastedKeys pasted)
    {
        // What is known without asking comes with the address; the rest takes a question for each key, and the reader may have gone on when it is answered.
        Findings = SearchFindings.Of(pasted);
        if (pasted.Target != Address)
        {
            Go(pasted.Target);
        }

        var about = await Search.AboutAsync(pasted);
        Findings = about.Search == Address.Search ? about : Findings;
    }

    /// <summary>Each half is shown also where the other can't be had.</summary>
    private async Task<bool> MoveAsync(Caller caller, IReadOnlySet<Guid>? changed)
    {
        var figures = await loads.TryAsync(_ => Shown.MoveFiguresAsync(caller, changed));
        var usage = await loads.TryAsync(_ => Shown.MoveUsageAsync(caller, changed));
        return figures || usage;
    }

    private async Task<bool> LoadAsync(Caller caller, bool byItself, CancellationToken cancellationToken)
    {
        var address = Address;
        var answer = await Shown.ListAsync(address, caller, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        if (!answer.Done)
        {
            Actions.Refuse(answer.Error);
            return false;
        }

        if (answer.Value.Keys.Count == 0 && answer.Value.Total > 0)
        {
            // A page beyond the end: of an old link, or because keys have gone.
            Go(address with { Page = (int)((answer.Value.Total + address.PerPage - 1) / address.PerPage) });
            return true;
        }

        Shown.Show(new KeyListing(address.ToString(), answer.Value), byItself);
        if (RendererInfo.IsInteractive)
        {
            // The list is shown first; its usage fills the places kept for it.
            loads.Failed = false;
            StateHasChanged();
            await loads.TryAsync(Shown.LoadUsageAsync);
        }

        return true;
    }

    private Task RevokeManyAgainAsync(IReadOnlyList<ApiKeyView> keys)
    {
        chosen.Add(keys.Where(KeyTable.IsRevocable));
        return ListActions.OpenRevokeChosenAsync(loads, chosen);
    }

    private Task PauseManyAgainAsync(IReadOnlyList<ApiKeyView> keys)
    {
        chosen.Add(keys.Where(KeyTable.IsRevocable));
        return ListActions.OpenPauseChosenAsync(loads, chosen);
    }

    private Task HoldAsync(bool? pointer = null, bool? focus = null) => Shown.Hold(pointer, focus) ? loads.MoveAsync() : Task.CompletedTask;

    private Task ShowWaitingAsync() => Shown.ShowWaiting() ? loads.MoveAsync() : Task.CompletedTask;
}

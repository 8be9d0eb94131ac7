using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>
/// Integrations › API Keys. The address holds what the reader chose; the list is loaded for it, kept true by the key feed, and handed from the
/// prerendered page to the circuit. What the dialogs answer is applied in <c>KeysPage.Acts.cs</c>, what moves by itself in <c>KeysPage.Live.cs</c>, what is
/// pasted and found in <c>KeysPage.Find.cs</c>.
/// </summary>
public sealed partial class KeysPage : IDisposable
{
    private CancellationTokenSource? loading;
    private LiveKeys? live;

    /// <summary>Where the prerendered page has left its list for the circuit.</summary>
    [PersistentState]
    public Guid? Ticket { get; set; }

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    [Inject]
    private ApiKeyService Keys { get; set; } = null!;

    [Inject]
    private KeyReveals Reveals { get; set; } = null!;

    [Inject]
    private RevealCue Cue { get; set; } = null!;

    [Inject]
    private SessionCaller Session { get; set; } = null!;

    [Inject]
    private KeyFeed Feed { get; set; } = null!;

    [Inject]
    private Handover<PrerenderedKeys> Handover { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Notices { get; set; } = null!;

    [Inject]
    private FaultWords Faults { get; set; } = null!;

    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;

    [Inject]
    private Words<ListTexts> ListWords { get; set; } = null!;

    [Inject]
    private ILogger<KeysPage> Log { get; set; } = null!;

    private KeysAddress Address { get; set; } = new();

    private KeyListing? Listing { get; set; }

    private bool Failed { get; set; }

    private bool IsEmpty => Listing is { Page.Total: 0 } && !Address.IsFiltered && !Failed;

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        live?.Dispose();
        changed?.Dispose();
        Passing.Passed -= OnPassed;
        loading?.Cancel();
        loading?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        // A page without parameters is not told when only the query changes.
        Navigation.LocationChanged += OnLocationChanged;
        if (Ticket is { } ticket && Handover.Take(ticket, CurrentUser.TenantId) is { } prerendered)
        {
            Listing = prerendered.Listing;
            usage = new(prerendered.Usage);
        }

        await ShowAsync(Navigation.Uri);
        if (!RendererInfo.IsInteractive && Listing is not null)
        {
            await LoadUsageAsync(Shown);
            Ticket = Handover.Leave(CurrentUser.TenantId, new PrerenderedKeys(Listing, usage));
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && CurrentUser.CanSeeKeys)
        {
            changed = new ChangedKeys(Feed, CurrentUser.TenantId);
            Passing.Passed += OnPassed;
            live = new LiveKeys(Feed, CurrentUser.TenantId, Clock, change => _ = InvokeAsync(() => FollowAsync(change)));
            if (Shown.Any(id => !usage.ContainsKey(id)))
            {
                await LoadUsageAsync(Shown);
                StateHasChanged();
            }
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        if (new Uri(e.Location).AbsolutePath == KeyLinks.List)
        {
            var turned = KeysAddress.Parse(e.Location).Page != Address.Page;
            await ShowAsync(e.Location);
            StateHasChanged();
            if (turned)
            {
                await Browser.InvokeVoidAsync("dashboard.toTop");
            }
        }
    });

    private async Task ShowAsync(string location)
    {
        Address = KeysAddress.Parse(location);
        if (CurrentUser.CanSeeKeys && Listing?.Address != Address.ToString())
        {
            await LoadAsync();
        }

        await NoteAsync();
    }

    private void Go(KeysAddress address) => Navigation.NavigateTo(address.ToString(), replace: address with { Search = Address.Search } == Address);

    /// <summary>Loads for the address of now; a load that is overtaken by the next one is given up. The list before it stays until the answer is there.</summary>
    /// <param name="byItself">Not the reader's act, so it does not keep their session open.</param>
    private async Task LoadAsync(bool byItself = false)
    {
        loading?.Cancel();
        loading?.Dispose();
        loading = new CancellationTokenSource();
        var cancelled = loading.Token;
        var address = Address;
        try
        {
            if (await CallerAsync(byItself) is not { } caller)
            {
                return;
            }

            var outcome = await Keys.ListAsync(address.ToQuery(), caller, cancelled);
            if (cancelled.IsCancellationRequested)
            {
                return;
            }

            if (!outcome.Done)
            {
                Refuse(outcome.Error);
                Failed = true;
            }
            else if (outcome.Value.Keys.Count == 0 && outcome.Value.Total > 0)
            {
                // A page beyond the end: of an old link, or because keys have gone.
                Go(address with { Page = (int)((outcome.Value.Total + address.PerPage - 1) / address.PerPage) });
            }
            else
            {
                Show(new KeyListing(address.ToString(), outcome.Value), byItself);
                Failed = false;
                if (RendererInfo.IsInteractive)
                {
                    // The list is shown first; its usage fills the places kept for it.
                    StateHasChanged();
                    await LoadUsageAsync(Shown);
                }
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            LogListFailed(Log, fault);
            Failed = true;
        }
    }

    /// <summary>The caller as the session knows them now; without one the frame leads the reader away.</summary>
    private Task<Caller?> CallerAsync(bool byItself = false) => byItself ? Session.PeekAsync() : Session.GetAsync();

    [LoggerMessage(5100, LogLevel.Error, "The list of API keys could not be loaded.")]
    private static partial void LogListFailed(ILogger logger, Exception fault);
}

/// <param name="Address">The address that this page of keys answers.</param>
public sealed record KeyListing(string Address, KeyPage Page);

/// <summary>What the circuit takes over from the page as it was answered: drawn once and for all, not first without the rows' usage and then with it.</summary>
public sealed record PrerenderedKeys(KeyListing Listing, IReadOnlyDictionary<Guid, RowUsage> Usage);

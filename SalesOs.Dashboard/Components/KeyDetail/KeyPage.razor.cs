using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>
/// A key's page. The address holds what the reader chose; what is shown is loaded for it, kept true by the key feed, and handed from the prerendered page
/// to the circuit. What the reader does to the key is in <c>KeyPage.Acts.cs</c>.
/// </summary>
public sealed partial class KeyPage : IDisposable
{
    private CancellationTokenSource? loading;
    private LiveKeys? live;
    private Guid[] followed = [];

    /// <summary>As the address has it; it is read from there.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>Where the prerendered page has left what it shows for the circuit.</summary>
    [PersistentState]
    public Guid? Ticket { get; set; }

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    /// <summary>Only while the page is prerendered.</summary>
    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    [Inject]
    private ApiKeyService Keys { get; set; } = null!;

    [Inject]
    private KeyReveals Reveals { get; set; } = null!;

    [Inject]
    private RevealCue Cue { get; set; } = null!;

    [Inject]
    private KeyScreens Screens { get; set; } = null!;

    [Inject]
    private StopFactsQuery StopFactsOf { get; set; } = null!;

    [Inject]
    private AuditQueries Entries { get; set; } = null!;

    [Inject]
    private SessionCaller Session { get; set; } = null!;

    [Inject]
    private KeyFeed Feed { get; set; } = null!;

    [Inject]
    private Handover<KeyScreen> Handover { get; set; } = null!;

    [Inject]
    private UserTimeZone Zone { get; set; } = null!;

    [Inject]
    private PassingTime Passing { get; set; } = null!;

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
    private Words<KeysTexts> KeysWords { get; set; } = null!;

    [Inject]
    private Words<KeyTexts> Words { get; set; } = null!;

    [Inject]
    private ILogger<KeyPage> Log { get; set; } = null!;

    private KeyAddress? Address { get; set; }

    private KeyScreen? Screen { get; set; }

    /// <summary>Absent, or another tenant's.</summary>
    private bool Missing { get; set; }

    private bool Failed { get; set; }

    /// <summary>Nothing ever came in, let in or refused, that is on record.</summary>
    private bool IsUnused =>
        Screen is { Key: { UsageCount: 0, Status: KeyStatus.Active }, Usage: { Failed: false } traffic, Rejections.Value: { Proven.Total: 0, Unproven.Total: 0 } }
        && traffic.Value?.Report.Totals is not { Refused: > 0 } and not { LetIn: > 0 };

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        Passing.Passed -= OnPassed;
        live?.Dispose();
        loading?.Cancel();
        loading?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        // The page is told of another id, but not when only the query changes.
        Navigation.LocationChanged += OnLocationChanged;
        Passing.Passed += OnPassed;
        Screen = Ticket is { } ticket ? Handover.Take(ticket, CurrentUser.TenantId) : null;
        await ShowAsync(Navigation.Uri);
        if (HttpContext is { Response.HasStarted: false } context)
        {
            if (Missing)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
            else if (Screen is not null)
            {
                Ticket = Handover.Leave(CurrentUser.TenantId, Screen);
            }
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && CurrentUser.CanSeeKeys)
        {
            live = new LiveKeys(Feed, CurrentUser.TenantId, Clock, change => _ = InvokeAsync(() => FollowAsync(change)), ids => ids.Any(followed.Contains));
            // What changed between the prerendered page and now was told to nobody.
            await FollowAsync(KeyChange.Figures);
        }

        if (focusEdit && Editing is null)
        {
            // The form has gone with what had the focus.
            focusEdit = false;
            await Browser.InvokeVoidAsync("dashboard.focusOn", "#facts .edit-button");
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        if (KeyAddress.Parse(e.Location) is not null)
        {
            await ShowAsync(e.Location);
            StateHasChanged();
            if (toReveal is { } made && Address?.Id == made)
            {
                toReveal = null;
                Cue.Give(made);
            }
        }
    });

    /// <summary>The reader's time zone has become known: days are cut anew.</summary>
    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(async () =>
    {
        if (Screen is { } shown && shown.ZoneId != Zone.Zone.Id)
        {
            await FollowAsync(KeyChange.Figures);
        }
    });

    private async Task ShowAsync(string location)
    {
        var address = KeyAddress.Parse(location);
        if (address?.Id != Address?.Id)
        {
            // Another key's page: nothing of the last one belongs on it.
            (Editing, Saved, Failed) = (null, null, false);
            Screen = Screen?.Address.Id == address?.Id ? Screen : null;
        }

        Address = address;
        Missing = address is null;
        if (CurrentUser.CanSeeKeys && address is not null && Screen?.Address != address)
        {
            await LoadAsync();
        }

        Follow();
    }

    /// <summary>Loads for the address of now; a load that is overtaken by the next one is given up. What was shown before stays until the answer is there.</summary>
    /// <param name="byItself">Not the reader's act, so it does not keep their session open.</param>
    private async Task LoadAsync(bool byItself = false)
    {
        loading?.Cancel();
        loading?.Dispose();
        loading = new CancellationTokenSource();
        var cancelled = loading.Token;
        try
        {
            if (Address is not { } address || await CallerAsync(byItself) is not { } caller)
            {
                return;
            }

            var outcome = await Screens.LoadAsync(address, Zone.Zone, caller, cancelled);
            if (cancelled.IsCancellationRequested)
            {
                return;
            }

            Missing = outcome.Error is { Reason: ErrorReason.NotFound };
            Failed = !outcome.Done && !Missing;
            Screen = outcome.Value ?? Screen;
            if (Failed)
            {
                Refuse(outcome.Error!);
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            LogPageFailed(Log, fault);
            Failed = true;
        }
    }

    private async Task FollowAsync(KeyChange change)
    {
        if (change == KeyChange.Keys)
        {
            await LoadAsync(byItself: true);
        }
        else
        {
            await MoveAsync();
        }

        Follow();
        StateHasChanged();
    }

    private async Task MoveAsync()
    {
        if (Screen is not { } shown || await Session.PeekAsync() is not { } caller)
        {
            return;
        }

        try
        {
            var moved = await Screens.MoveAsync(shown, Zone.Zone, caller);
            if (Screen?.Address == shown.Address)
            {
                Screen = moved ?? Screen;
                Missing = moved is null;
            }
        }
        catch (Exception fault)
        {
            // What is on the page stays; the next change asks again.
            LogMoveFailed(Log, fault);
        }
    }

    /// <summary>Of the tenant's changes only those of the keys on the page are followed.</summary>
    private void Follow() => followed = Screen is null ? [] : [.. Screen.Lanes.Select(l => l.Id), Screen.Key.Id];

    /// <summary>The caller as the session knows them now; without one the frame leads the reader away.</summary>
    private Task<Caller?> CallerAsync(bool byItself = false) => byItself ? Session.PeekAsync() : Session.GetAsync();

    private void Refuse(Error error) => Notices.Add(Faults.Say(error), Severity.Error);

    [LoggerMessage(5121, LogLevel.Error, "The page of an API key could not be loaded.")]
    private static partial void LogPageFailed(ILogger logger, Exception fault);

    [LoggerMessage(5122, LogLevel.Warning, "The figures of an API key's page could not be refreshed.")]
    private static partial void LogMoveFailed(ILogger logger, Exception fault);
}

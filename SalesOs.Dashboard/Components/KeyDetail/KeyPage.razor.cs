using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyDetail.BrownOuts;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>
/// A key's page. The address holds what the reader chose; what is shown is loaded for it, kept true by the key feed, and handed from the prerendered page
/// to the circuit.
/// </summary>
public sealed partial class KeyPage : IDisposable
{
    private LiveLoad loads = null!;
    private Guid[] followed = [];
    private MudButton? editButton;
    private BrownOutSection? brownOuts;
    private RotationSection? rotation;
    private string? myAddress;
    private bool focusEdit;
    private Guid? toReveal;

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

    private KeyAddress? Address { get; set; }

    private KeyScreen? Screen { get; set; }

    /// <summary>Absent, or another tenant's.</summary>
    private bool Missing { get; set; }

    /// <summary>The key as it was when the editor opened; null: the facts are shown.</summary>
    private ApiKeyView? Editing { get; set; }

    /// <summary>The edit just saved, for as long as it can be taken back.</summary>
    private SavedEdit? Saved { get; set; }

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        Passing.Passed -= OnPassed;
        loads.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        loads = Loads.For(new LivePage(InvokeAsync, StateHasChanged, LoadAsync, (caller, _) => MoveAsync(caller)));
        // The page is told of another id, but not when only the query changes.
        Navigation.LocationChanged += OnLocationChanged;
        Passing.Passed += OnPassed;
        Show(Ticket is { } ticket ? Handover.Take(ticket, CurrentUser.TenantId) : null);
        await ShowAsync(Navigation.Uri);
        if (RendererInfo.IsInteractive && KeyLinks.AsksToEdit(Navigation.Uri))
        {
            await EditAsync();
        }

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
            loads.Follow(CurrentUser.TenantId, ids => ids.Count == 0 || ids.Any(followed.Contains));
            // What changed between the prerendered page and now was told to nobody.
            await loads.MoveAsync();
        }

        if (focusEdit && Editing is null && editButton is not null)
        {
            // The form has gone with what had the focus, and the address no longer asks for it.
            focusEdit = false;
            if (Address is not null && KeyLinks.AsksToEdit(Navigation.Uri))
            {
                Navigation.NavigateTo(Address.ToString(), replace: true);
            }

            try
            {
                await editButton.FocusAsync();
            }
            catch (JSException)
            {
                // The button has gone meanwhile, as when somebody else revokes the key.
            }
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
                Actions.Reveal(made);
            }
        }
    });

    /// <summary>The reader's time zone has become known: days are cut anew.</summary>
    private void OnPassed(object? sender, EventArgs e) =>
        _ = InvokeAsync(() => Screen is { } shown && shown.ZoneId != Zone.Zone.Id ? loads.MoveAsync() : Task.CompletedTask);

    private async Task ShowAsync(string location)
    {
        var address = KeyAddress.Parse(location);
        if (address?.Id != Address?.Id)
        {
            // Another key's page: nothing of the last one belongs on it.
            (Editing, Saved, loads.Failed, focusEdit) = (null, null, false, false);
            Show(Screen?.Address.Id == address?.Id ? Screen : null);
        }

        Address = address;
        Missing = address is null;
        if (CurrentUser.CanSeeKeys && address is not null && (loads.IsUnderWay || Screen?.Address != address))
        {
            await loads.LoadAsync();
        }
    }

    /// <summary>Of the tenant's changes only those of the keys on the page are followed.</summary>
    private void Show(KeyScreen? screen)
    {
        Screen = screen;
        followed = screen is null ? [] : [.. screen.Lanes.Select(l => l.Id), screen.Key.Id];
    }

    private async Task<bool> LoadAsync(Caller caller, bool byItself, CancellationToken cancellationToken)
    {
        if (Address is not { } address || await Screens.LoadAsync(address, Zone.Zone, caller, cancellationToken) is var answer && cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        Missing = answer.Error is { Reason: ErrorReason.NotFound };
        Show(answer.Value ?? Screen);
        if (answer.Error is { } error && !Missing)
        {
            Actions.Refuse(error);
            return false;
        }

        return true;
    }

    private async Task<bool> MoveAsync(Caller caller)
    {
        // What was loaded meanwhile is newer.
        if (Screen is { } shown && await Screens.MoveAsync(shown, Zone.Zone, caller) is var moved && ReferenceEquals(Screen, shown))
        {
            Show(moved ?? Screen);
            Missing = moved is null;
        }

        return true;
    }

    private async Task EditAsync()
    {
        if (CurrentUser.CanManageKeys && Screen is { Key.Status: not KeyStatus.Revoked } asked && await Edits.BeginAsync() is { } caller && Screen?.Key is { } key && key.Id == asked.Key.Id)
        {
            // The button goes with the facts; when it comes back it is another one.
            (myAddress, Saved, Editing, editButton) = (caller.Address, null, key, null);
        }
    }

    private void CloseEditor()
    {
        (Editing, focusEdit) = (null, true);
        StateHasChanged();
    }

    private async Task<EditAnswer> SaveAsync(KeyEdit edit, int version)
    {
        if ((Editing is null ? null : Screen?.Key ?? Editing) is not { } edited)
        {
            return new EditAnswer(Error: null);
        }

        var answer = await Edits.SaveAsync(loads, edited, edit, version);
        // The reader may have gone on to another key's page meanwhile.
        if (answer.Saved is not null && Address?.Id == edited.Id)
        {
            Saved = answer.Saved;
            CloseEditor();
        }

        return answer;
    }

    private async Task UndoAsync()
    {
        if (Saved is { Before: { } before } saved && Screen is { } shown && shown.Key.Id == before.Id)
        {
            // A second click has nothing to undo.
            Saved = null;
            var undone = await Edits.UndoAsync(loads, saved, before, shown.Key);
            if (Address?.Id == before.Id)
            {
                (Saved, focusEdit) = (undone, true);
                StateHasChanged();
            }
        }
    }

    private Task OpenRotateAsync() => Screen is null ? Task.CompletedTask : Actions.OpenRotateAsync(loads, Screen.Key);

    private Task OpenDeleteAsync(ApiKeyView key) => Actions.OpenDeleteAsync(loads, key, () =>
    {
        loads.Dispose();
        Navigation.NavigateTo(KeyLinks.List);
    });

    private Task OpenDuplicateAsync(ApiKeyView? key, Guid? once) => Actions.OpenCreateAsync(loads, key, RevealOnItsPage, once);

    /// <summary>The new key's page comes first: while its values are shown, no link leads anywhere.</summary>
    private void RevealOnItsPage(Guid made)
    {
        toReveal = made;
        Navigation.NavigateTo(KeyLinks.Of(made));
    }
}

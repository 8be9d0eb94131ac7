using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Reviews;

namespace SalesOs.Dashboard.Components.Reviews;

/// <summary>One review: how it stands, the keys that it asks about, what is said of each, and its report.</summary>
public sealed partial class ReviewPage : IDisposable
{
    private LiveLoad loads = null!;

    /// <summary>As the address has it.</summary>
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

    private ReviewAddress Address { get; set; } = new();

    private ReviewScreen? Screen { get; set; }

    /// <summary>Absent, or another tenant's.</summary>
    private bool Missing { get; set; }

    /// <summary>Those on this page that the reader may still answer for.</summary>
    private IReadOnlyList<ReviewedKeyView> Unanswered => [.. (Screen?.Keys.Keys ?? []).Where(k => k is { MayDecide: true, Key.Decision: null })];

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        loads.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        loads = Loads.For(new LivePage(InvokeAsync, StateHasChanged, LoadAsync, (_, _) => Task.FromResult(false)));
        // The page is told of another id, but not when only the query changes.
        Navigation.LocationChanged += OnLocationChanged;
        Address = ReviewAddress.Parse(Navigation.Uri, IdOf(Id));
        Missing = Address.Id is null;
        Screen = Ticket is { } ticket ? Handover.Take(ticket, CurrentUser.TenantId) : null;
        if (Screen is null && !Missing && CurrentUser.CanSeeKeys)
        {
            await loads.LoadAsync();
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

    private static Guid? IdOf(string text) => Guid.TryParseExact(text, "D", out var id) ? id : null;

    private bool CanPause(ReviewedKeyView key) => key is { IsProposed: true, Now: not null } && CurrentUser.CanManageKeys;

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        var path = new Uri(e.Location).AbsolutePath;
        if (path.StartsWith(ReviewAddress.List + "/", StringComparison.Ordinal) && IdOf(path[(ReviewAddress.List.Length + 1)..]) is { } id)
        {
            Address = ReviewAddress.Parse(e.Location, id);
            await loads.LoadAsync();
            StateHasChanged();
        }
    });

    private async Task<bool> LoadAsync(Caller caller, bool byItself, CancellationToken cancellationToken)
    {
        var keys = await Queries.KeysAsync(Address.Id!.Value, Address.Part, Address.Page, ReviewAddress.PerPage, caller, cancellationToken);
        Missing = keys.Error is { Reason: ErrorReason.NotFound };
        Screen = keys.Done ? new ReviewScreen(keys.Value) : null;
        return keys.Done || Missing;
    }
}

/// <summary>What the page of a review shows.</summary>
public sealed record ReviewScreen(ReviewedKeyPage Keys);

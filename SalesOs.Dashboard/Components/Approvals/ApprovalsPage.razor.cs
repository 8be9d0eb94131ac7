using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.Approvals;

/// <summary>What can be done with a request.</summary>
public enum ApprovalDeed
{
    Approve,
    Decline,

    /// <summary>By the asker: the key, or the successor, that was approved.</summary>
    Make,
}

/// <summary>Integrations › Approvals: what waits for another person, and what became of it. Auditors read it.</summary>
public sealed partial class ApprovalsPage : IDisposable
{
    private const string Path = "/integrations/approvals";
    private const int PerPage = 25;

    private readonly LatestLoad latest = new();
    private Guid? busy;
    private Guid? refusedOf;
    private string? refused;
    private string? said;

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    /// <summary>Where the prerendered page has left its requests for the circuit.</summary>
    [PersistentState]
    public Guid? Ticket { get; set; }

    private ApprovalPage? Listing { get; set; }

    private int Page { get; set; } = 1;

    private bool Failed { get; set; }

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        latest.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += OnLocationChanged;
        Page = PageOf(Navigation.Uri);
        Listing = Ticket is { } ticket ? Handover.Take(ticket, CurrentUser.TenantId) : null;
        if (Listing is null && CurrentUser.CanSeeKeys)
        {
            await LoadAsync();
        }

        if (!RendererInfo.IsInteractive && Listing is not null)
        {
            Ticket = Handover.Leave(CurrentUser.TenantId, Listing);
        }
    }

    private static int PageOf(string address) => QueryHelpers.ParseQuery(new Uri(address).Query).TryGetValue("page", out var page)
        && int.TryParse(page[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= QueryParameters.MaxPage ? number : 1;

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        if (new Uri(e.Location).AbsolutePath == Path)
        {
            await LoadAsync();
            StateHasChanged();
        }
    });

    private Task LoadAsync() => latest.RunAsync(async cancelled =>
    {
        try
        {
            Page = PageOf(Navigation.Uri);
            if (await Session.GetAsync() is { } caller && await Requests.ListAsync(open: false, Page, PerPage, caller, cancelled) is var answer && !cancelled.IsCancellationRequested)
            {
                Listing = answer.Value;
                Failed = false;
            }
        }
        catch (Exception fault) when (!cancelled.IsCancellationRequested)
        {
            LogNotLoaded(Logger, fault);
            Failed = true;
        }
    });

    private async Task ActAsync((ApprovalView Request, ApprovalDeed Deed, string Reason) act)
    {
        var (request, deed, reason) = act;
        if (busy is not null)
        {
            return;
        }

        (busy, refused, refusedOf, said) = (request.Id, null, null, null);
        try
        {
            if (await Session.GetAsync() is not { } caller)
            {
                return;
            }

            var error = await DoAsync(request, deed, reason, caller);
            (refused, refusedOf) = (error is null ? null : FaultWords.Say(error), request.Id);
            said = error is null && deed != ApprovalDeed.Make ? Words["Said_" + deed] : null;
            await LoadAsync();
            // The count in the navigation looks again.
            Navigation.NavigateTo(Navigation.Uri, replace: true);
        }
        catch (Exception fault)
        {
            LogNotDone(Logger, fault);
            (refused, refusedOf) = (Words["NotDone"], request.Id);
        }
        finally
        {
            busy = null;
        }
    }

    private async Task<Error?> DoAsync(ApprovalView request, ApprovalDeed deed, string reason, Caller caller)
    {
        switch (deed)
        {
            case ApprovalDeed.Approve:
                return (await Requests.ApproveAsync(request.Id, reason, caller)).Error;
            case ApprovalDeed.Decline:
                return (await Requests.DeclineAsync(request.Id, reason, caller)).Error;
            case ApprovalDeed.Make:
                var made = await MakeAsync(request, caller);
                if (made.Done)
                {
                    Cue.Give(made.Value.Id);
                }

                return made.Error;
        }

        throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>The request's own id names the one key that it leads to.</summary>
    private async Task<Result<ApiKeyView>> MakeAsync(ApprovalView request, Caller caller)
    {
        if (request is { Act: ApprovalAct.RotateUnrestricted, KeyId: { } key })
        {
            var rotation = await Requests.ApprovedRotationAsync(request.Id, caller);
            return rotation.Done ? await Reveals.RotateAsync(key, caller, rotation.Value, request.Id) : rotation.Error;
        }

        var settings = await Requests.ApprovedKeyAsync(request.Id, caller);
        return settings.Done ? await Reveals.CreateAsync(settings.Value, caller, request.Id) : settings.Error;
    }

    [LoggerMessage(5260, LogLevel.Error, "The requests for approval could not be loaded.")]
    private static partial void LogNotLoaded(ILogger logger, Exception fault);

    [LoggerMessage(5261, LogLevel.Error, "A request for approval could not be decided or done.")]
    private static partial void LogNotDone(ILogger logger, Exception fault);
}

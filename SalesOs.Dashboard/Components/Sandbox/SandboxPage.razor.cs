using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Sandbox;

/// <summary>
/// Signs a request of the integration API in the browser and sends it. <c>sandbox.js</c> owns the form and all that is computed: nothing of it is bound here, so that no
/// frame of the circuit carries it. The server gives the keys to choose from and tells why a request was refused.
/// </summary>
public sealed partial class SandboxPage : IAsyncDisposable
{
    /// <summary>The steps of the chain that forge signatures if they are known.</summary>
    private static readonly string[] Chain = ["k1", "k2", "k3", "k4"];

    private static readonly (string Name, string Label)[] Steps =
        [("timestamp", "TIMESTAMP"), ("digest", "SHA-256 BODY"), ("signature", "SIGNATURE"), ("authorization", "Authorization")];

    /// <summary>What a comparison can find beside the usual mistakes; each has <c>Finding_</c> and <c>DoFinding_</c> among the words.</summary>
    private static readonly string[] OtherFindings = ["Malformed", "OtherKey", "OtherBody", "Same", "None"];

    private static readonly Culprit[] Mistakes = [.. Enum.GetValues<Culprit>().Where(culprit => culprit != Culprit.None)];

    private readonly LatestLoad latest = new();
    private DotNetObjectReference<SandboxPage>? self;
    private IJSObjectReference? script;
    private ElementReference root;
    private bool isLoaded;
    private bool gone;
    private Guid? lookedUp;

    /// <summary>The id of the key that is chosen; else one is pasted.</summary>
    [SupplyParameterFromQuery(Name = "key")]
    public string? Key { get; set; }

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    private SandboxChoice Choice { get; set; } = SandboxChoice.None;

    /// <summary>Why the request that was sent last was refused.</summary>
    private RejectionView? Rejection { get; set; }

    /// <summary>The name of the text for an answer without a rejection on record.</summary>
    private string? Unrecorded { get; set; }

    /// <summary>The browser sends to the host of this page alone: no other lets it.</summary>
    private bool CanSend => Uri.Compare(new Uri(Called.Text), new Uri(Navigation.BaseUri), UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>The page's script has an answer that is an error.</summary>
    /// <param name="requestId">As the answer names it.</param>
    /// <param name="isLast">It asks no more.</param>
    /// <returns>False: not on record, or not yet.</returns>
    [JSInvokable]
    public async Task<bool> LookUpAsync(string? requestId, int status, bool isLast)
    {
        lookedUp = Guid.TryParse(requestId, CultureInfo.InvariantCulture, out var id) ? id : null;
        var rejection = lookedUp is null ? null : await Asked.FindAsync(id);
        if (lookedUp is not null && lookedUp != id)
        {
            // Another request was sent meanwhile.
            return false;
        }

        Rejection = rejection;
        Unrecorded = status == StatusCodes.Status401Unauthorized ? "UnknownKey" : "LetIn";
        if (Rejection is not null || isLast)
        {
            StateHasChanged();
        }

        return Rejection is not null;
    }

    public async ValueTask DisposeAsync()
    {
        gone = true;
        latest.Dispose();
        self?.Dispose();
        try
        {
            if (script is not null)
            {
                await script.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page has gone, and its script with it.
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        var chosen = Guid.TryParseExact(Key, "D", out var id) ? id : (Guid?)null;
        if (chosen is null && Choice.Keys.Count > 0)
        {
            // At once, so that the key that is pasted now stays.
            latest.GiveUp();
            Choice = Choice with { Chosen = null, ApiKey = null };
        }
        else if (CurrentUser.CanSeeKeys && (latest.IsUnderWay || Choice.Keys.Count == 0 || Choice.Chosen?.Id != chosen))
        {
            await latest.RunAsync(async cancelled => Choice = await Asked.ChoiceAsync(chosen) is var choice && !cancelled.IsCancellationRequested ? choice : Choice);
        }

        isLoaded |= !latest.IsUnderWay;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // Not before the chosen key stands in its field: what was typed there would go as it comes.
        if (isLoaded && self is null && CurrentUser.CanSeeKeys)
        {
            self = DotNetObjectReference.Create(this);
            script = await Browser.InvokeAsync<IJSObjectReference>("import", "/" + Assets["sandbox.js"]);
            if (gone)
            {
                // The reader has gone on while it was fetched.
                await DisposeAsync();
                return;
            }

            await script.InvokeVoidAsync("begin", root, self);
        }
    }

    private void Choose(ChangeEventArgs chosen) =>
        Navigation.NavigateTo(Guid.TryParseExact((string?)chosen.Value, "D", out var id) ? KeyLinks.ToSandbox(id) : KeyLinks.Sandbox, replace: true);
}

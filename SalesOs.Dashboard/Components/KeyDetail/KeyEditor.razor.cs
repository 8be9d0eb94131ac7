using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Create;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>What became of an edit that was asked for.</summary>
/// <param name="Error">Null: it is done.</param>
/// <param name="Current">The key as somebody else has left it, when that is why it was refused.</param>
/// <param name="ChangedBy">Who that was, where it is known.</param>
/// <param name="Saved">What was saved, so that it can be taken back.</param>
public sealed record EditAnswer(Error? Error, ApiKeyView? Current = null, string? ChangedBy = null, SavedEdit? Saved = null);

/// <summary>
/// Edits a key's settings where its facts stand. A field's faults show once it was left or the form was sent. When somebody else has changed the key
/// meanwhile, it says what and by whom, keeps all that was typed, and lets the reader choose.
/// </summary>
public sealed partial class KeyEditor
{
    private const string FormId = "edit-key";

    private readonly HashSet<string> judged = new(StringComparer.Ordinal);
    private ElementReference foreignNotice;
    private string? changedBy;
    private bool focusFault;
    private bool focusForeign;
    private RecordedUse? use;

    /// <summary>The key as it is when the form opens; later changes of it don't touch what is typed.</summary>
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    /// <summary>Saves the edit if the key still has the version.</summary>
    [Parameter, EditorRequired]
    public Func<KeyEdit, int, Task<EditAnswer>> Save { get; set; } = null!;

    /// <summary>The reader is done: nothing was to be saved, or they gave it up.</summary>
    [Parameter, EditorRequired]
    public EventCallback Close { get; set; }

    /// <summary>The reader's own address as the server sees it; null where it is not known.</summary>
    [Parameter]
    public string? MyAddress { get; set; }

    /// <summary>Gives what the key was used for, once; null where that can't be had.</summary>
    [Parameter]
    public Func<Task<RecordedUse?>>? LoadUse { get; set; }

    private KeyEditForm Form { get; set; } = null!;

    private IReadOnlyList<ForeignChange> Foreign { get; set; } = [];

    private string? Refused { get; set; }

    private bool Busy { get; set; }

    private JudgedKey Judged => JudgedKey.Of(Form.Base).After(Form.ToEdit(CurrentUser.Zone, Now), Now);

    private DateTimeOffset Now => Clock.GetUtcNow();

    private ExpiryChoice? ExpiryChosen
    {
        get => Form.KeepExpiry ? null : Form.Fields.Expiry;
        set
        {
            Form.KeepExpiry = value is null;
            Form.Fields.Expiry = value ?? ExpiryChoice.Never;
        }
    }

    private string? ExpiryHint => Form.KeepExpiry || Form.Fields.ToNewKey(CurrentUser.Zone).ExpiresInDays is not { } days
        ? null
        : KeysWords["ExpiresOn", ("date", Relative.SayDate(Now.AddDays(days)))];

    private Proposal ProposedScopes => new() { Scopes = [.. Form.Fields.ChosenScopes] };

    private Proposal? ProposedLimit =>
        TypedNumber.TryRead(Form.Fields.RateLimit, CultureInfo.CurrentCulture, out var limit) && limit is > 0 and <= KeyRules.MaxRateLimit ? new() { RateLimit = limit } : null;

    /// <summary>Not while one is under way.</summary>
    private Proposal? ProposedAddresses =>
        Form.Fields.Addresses is var all && all.All(text => AddressBlock.TryParse(text, out _)) ? new() { AllowedIps = all } : null;

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Now, CurrentUser.Zone).DateTime);

    private string AddressesHint => Form.Fields.Addresses.Count is > 0 and var count ? KeysWords["AllowedAddressesListed", ("count", count)] : KeysWords["AllowedAddressesHint"];

    /// <summary>While it is typed in, all but the last address are judged; when it was left, all.</summary>
    private IReadOnlyList<string> AddressFaults =>
        judged.Contains("allowed_ips") ? FaultsOf("allowed_ips") : [.. Rules.Faults(new KeyEdit { AllowedIps = new(IsGiven: true, Form.Fields.FinishedAddresses) }).Select(FaultWords.Say)];

    protected override void OnInitialized() => Form = new KeyEditForm(Key);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Browser.InvokeVoidAsync("dashboard.focusFirstField", FormId);
            if (LoadUse is not null)
            {
                use = await LoadUse();
                StateHasChanged();
            }
        }

        if (focusFault)
        {
            focusFault = false;
            await Browser.InvokeVoidAsync("dashboard.focusFirstFault", FormId);
        }

        if (focusForeign)
        {
            focusForeign = false;
            await foreignNotice.FocusAsync();
        }
    }

    private IReadOnlyList<string> FaultsOf(string field) =>
        judged.Contains(field) ? [.. Form.Faults(Rules, CurrentUser.Zone, Now).Where(f => f.Field == field).Select(FaultWords.Say)] : [];

    private string? SayUse(string scope) => use is { Requests: > 0 } known ? Forecasts.SayUse(known, scope) : null;

    private void TakeTheirs(ForeignChange change)
    {
        Form.Reset(change.Field);
        Foreign = [.. Foreign.Select(c => c == change ? c with { Contested = false } : c)];
    }

    private async Task SaveAsync()
    {
        if (Busy)
        {
            return;
        }

        Refused = null;
        judged.UnionWith([.. SettingWords.Fields, "expires_in_days"]);
        if (Form.Faults(Rules, CurrentUser.Zone, Now).Count > 0)
        {
            focusFault = true;
            return;
        }

        if (!Form.IsChanged(CurrentUser.Zone, Now))
        {
            await Close.InvokeAsync();
            return;
        }

        Busy = true;
        try
        {
            Take(await Save(Form.ToEdit(CurrentUser.Zone, Now), Form.Base.Version));
        }
        catch
        {
            Busy = false;
            throw;
        }
    }

    private void Take(EditAnswer answer)
    {
        // Until the browser has drawn the form closed, it still hears what was clicked in it before.
        Busy = answer.Saved is not null;
        if (answer.Current is { } current)
        {
            changedBy = answer.ChangedBy;
            Foreign = Form.Rebase(current, CurrentUser.Zone, Now);
            focusForeign = Foreign.Count > 0;
        }

        // Whoever has changed the key back and forth has left nothing to choose: saving again does it.
        Refused = answer.Error is { } error && Foreign.Count == 0 ? FaultWords.Say(error) : null;
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys.Create;

/// <summary>Asks for a new key's settings. A field's faults show once it was left or the form was sent, and go as soon as they are mended.</summary>
public sealed partial class CreateKeyDialog
{
    private const string FormId = "create-key";

    private readonly HashSet<string> judged = new(StringComparer.Ordinal);
    private bool focusFault;
    private bool advancedOpen;

    /// <summary>Makes the key once under a name; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<NewKey, Guid, Task<Error?>> Create { get; set; } = null!;

    /// <summary>The reader's own address as the server sees it, to be listed with one click; null where it is not known.</summary>
    [Parameter]
    public string? MyAddress { get; set; }

    /// <summary>The key whose settings the form begins with; null begins with the usual ones.</summary>
    [Parameter]
    public ApiKeyView? Template { get; set; }

    private NewKeyForm Form { get; set; } = new();

    /// <summary>What the form began with.</summary>
    private string Begun { get; set; } = "";

    private bool IsTouched => Form.Content != Begun;

    protected override string NotDone => CreateWords["NotCreated"];

    private bool SingleUseByDefault => Settings.GetValue("Gate:SingleUse", defaultValue: true);

    /// <summary>While it is typed in, all but the last address are judged; when it was left, all.</summary>
    private IReadOnlyList<string> AddressFaults =>
        judged.Contains("allowed_ips") ? FaultsOf("allowed_ips") : [.. Rules.Faults(new NewKey(Name: null, AllowedIps: Form.FinishedAddresses)).Where(f => f.Field == "allowed_ips").Select(FaultWords.Say)];

    private JudgedKey Judged => JudgedKey.Of(Form.ToNewKey(CurrentUser.Zone), SingleUseByDefault, Clock.GetUtcNow());

    private string AddressesHint => Form.Addresses.Count is > 0 and var count ? Words["AllowedAddressesListed", ("count", count)] : Words["AllowedAddressesHint"];

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Clock.GetUtcNow(), CurrentUser.Zone).DateTime);

    private string? ExpiryHint => Form.ToNewKey(CurrentUser.Zone).ExpiresInDays is { } days ? Words["ExpiresOn", ("date", Relative.SayDate(Clock.GetUtcNow().AddDays(days)))] : null;

    protected override void OnInitialized()
    {
        if (Template is not null)
        {
            var copy = CreateWords["CopyOf", ("name", Template.Name)];
            Form = NewKeyForm.Like(Template, Rules.Faults(new NewKey(copy)).Count == 0 ? copy : Template.Name, CurrentUser.Zone, Clock.GetUtcNow());
            advancedOpen = Form.AllowedAddresses.Length > 0 || Form.Notes.Length > 0 || Form.SingleUse != SingleUseByDefault;
        }
        else
        {
            KeyPreset.Standard.Apply(Form);
        }

        Begun = Form.Content;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (focusFault)
        {
            focusFault = false;
            await Browser.InvokeVoidAsync("dashboard.focusFirstFault", FormId);
        }
    }

    private IReadOnlyList<string> FaultsOf(string field) => judged.Contains(field)
        ? [.. Form.Faults(Rules, CurrentUser.Zone).Where(f => f.Field == field).Select(FaultWords.Say)]
        : [];

    /// <summary>An empty field that was only passed through is not yet wrong.</summary>
    private void Leave(string field)
    {
        if (field != "name" || Form.Name.Length > 0)
        {
            judged.Add(field);
        }
    }

    private Task SubmitAsync()
    {
        Refused = null;
        var faults = Form.Faults(Rules, CurrentUser.Zone);
        judged.UnionWith(["name", "environment", "scopes", "rate_limit", "expires_in_days", "expires_at", "allowed_ips", "notes"]);
        if (faults.Count == 0)
        {
            return ActAsync(() => Create(Form.ToNewKey(CurrentUser.Zone), Once));
        }

        advancedOpen |= faults.Any(f => f.Field is "allowed_ips" or "notes");
        focusFault = true;
        return Task.CompletedTask;
    }
}

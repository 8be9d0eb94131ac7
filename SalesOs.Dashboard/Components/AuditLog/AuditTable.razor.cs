using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>
/// One page of entries; on narrow screens each row becomes a card. The roles are written out because a browser drops a table's meaning when its
/// display is changed.
/// </summary>
public sealed partial class AuditTable
{
    [Parameter, EditorRequired]
    public IReadOnlyList<AuditEntryView> Entries { get; set; } = [];

    /// <summary>What the entries' keys are called; those of which nothing is known are missing.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyDictionary<Guid, KeyName> Keys { get; set; } = new Dictionary<Guid, KeyName>();

    [Parameter, EditorRequired]
    public AuditAddress Address { get; set; } = null!;

    private static string IconOf(string action) => action.Split('.')[0] switch
    {
        "key" => Icons.Material.Outlined.VpnKey,
        "secret" => Icons.Material.Outlined.Visibility,
        "session" => Icons.Material.Outlined.Person,
        "review" => Icons.Material.Outlined.FactCheck,
        "audit" => Icons.Material.Outlined.History,
        "person" => Icons.Material.Outlined.PersonRemove,
        _ => Icons.Material.Outlined.Settings,
    };

    private string Name(AuditEntryView entry) => entry.Actor switch
    {
        null => Words["ErasedPerson"],
        "service_role" => Words["Platform"],
        var person => person,
    };

    /// <summary>A common browser by its name and system; any other program as it calls itself.</summary>
    private string Program(string agent) =>
        BrowserName.In(agent) is { } browser ? Words["BrowserOn", ("browser", browser.Name), ("system", browser.System)] : agent;

    /// <summary>An action of a newer version, in a log that came back from it, goes by its bare name.</summary>
    private string Deed(AuditEntryView entry)
    {
        var key = AuditWords.KeyOf(entry.Action);
        return Words.Has(key) ? Words[key] : entry.Action;
    }
}

using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>
/// One page of keys; on narrow screens each row becomes a card. The roles are written out because a browser drops a table's meaning when
/// its display is changed.
/// </summary>
public sealed partial class KeyTable
{
    private static readonly IReadOnlyDictionary<Guid, RowUsage> NoUsage = new Dictionary<Guid, RowUsage>();

    private RowMenu? menu;

    [Parameter, EditorRequired]
    public IReadOnlyList<ApiKeyView> Keys { get; set; } = [];

    /// <summary>What is known of the shown keys' usage so far.</summary>
    [Parameter]
    public IReadOnlyDictionary<Guid, RowUsage> Usage { get; set; } = NoUsage;

    [Parameter, EditorRequired]
    public KeysAddress Address { get; set; } = null!;

    /// <summary>Without it there are neither actions nor boxes to choose by.</summary>
    [Parameter]
    public bool CanManage { get; set; }

    /// <summary>Asks for a new key with the settings of this one.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> Duplicate { get; set; }

    [Parameter]
    public IReadOnlySet<Guid> Chosen { get; set; } = new HashSet<Guid>();

    /// <summary>The reader chooses these, or no longer when all of them were chosen before.</summary>
    [Parameter]
    public EventCallback<IReadOnlyList<ApiKeyView>> Choose { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Rotate { get; set; }

    /// <summary>Also changes the pause of a key that is paused.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> Pause { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Resume { get; set; }

    /// <summary>All that the key's creator has made.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> PausePerson { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Revoke { get; set; }

    /// <summary>All that the key's creator has made.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> RevokePerson { get; set; }

    /// <summary>Gives the key to somebody else to answer for.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> Own { get; set; }

    /// <summary>Gives all that the key's owner owns to somebody else.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> HandOver { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Delete { get; set; }

    private bool AllChosen => Keys.Any(IsRevocable) && Keys.Where(IsRevocable).All(k => Chosen.Contains(k.Id));

    public static bool IsRevocable(ApiKeyView key) => key.Status != KeyStatus.Revoked;

    public Task ChooseAsync(ApiKeyView key) => Choose.InvokeAsync([key]);

    public void OpenMenu(ApiKeyView key) => menu?.Open(key);

    private Task ChooseAllAsync() => Choose.InvokeAsync([.. Keys.Where(IsRevocable)]);
}

/// <summary>What a row shows of its key's usage.</summary>
/// <param name="Days">Requests on each of the last 30 days, today last.</param>
/// <param name="Used">Requests in the sliding hour.</param>
public sealed record RowUsage(IReadOnlyList<long> Days, int Used);

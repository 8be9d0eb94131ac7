using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>
/// One page of keys; on narrow screens each row becomes a card. The roles are written out because a browser drops a table's meaning when
/// its display is changed.
/// </summary>
public sealed partial class KeyTable
{
    [Parameter, EditorRequired]
    public IReadOnlyList<ApiKeyView> Keys { get; set; } = [];

    [Parameter, EditorRequired]
    public KeysAddress Address { get; set; } = null!;

    /// <summary>Without it there is no actions column at all.</summary>
    [Parameter]
    public bool CanManage { get; set; }

    /// <summary>Asks for a new key with the settings of this one.</summary>
    [Parameter]
    public EventCallback<ApiKeyView> Duplicate { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Revoke { get; set; }

    [Parameter]
    public EventCallback<ApiKeyView> Delete { get; set; }

    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;

    private string Creator(ApiKeyView key) => key.CreatedBy switch
    {
        null => Words["CreatorErased"],
        "service_role" => Words["CreatedByPlatform"],
        var person => Words["CreatedBy", ("name", person)],
    };
}

using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>A key's status by icon, word and colour; of a revoked one who, when and why on hover.</summary>
public sealed partial class StatusChip
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    [Inject]
    private RelativeTime Relative { get; set; } = null!;

    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;

    private string Icon => Key.Status switch
    {
        KeyStatus.Active => Icons.Material.Rounded.CheckCircleOutline,
        KeyStatus.Expired => Icons.Material.Rounded.Schedule,
        KeyStatus.Revoked => Icons.Material.Rounded.Block,
    };

    private string? Detail => Key.RevokedAt is { } at
        ? string.Join(" · ", new[] { Key.RevokedBy, Relative.SayExactly(at), RevokeReasons.Say(Key.RevokeReason, Words) }.Where(part => part is not null))
        : null;
}

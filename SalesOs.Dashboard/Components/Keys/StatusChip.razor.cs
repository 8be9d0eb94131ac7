using Microsoft.AspNetCore.Components;
using MudBlazor;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Revoke;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>A key's status by icon, word and colour; of a revoked or paused one who, when and why on hover.</summary>
public sealed partial class StatusChip
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    private static string IconOf(KeyStatus status) => status switch
    {
        KeyStatus.Active => Icons.Material.Rounded.CheckCircleOutline,
        KeyStatus.Paused => Icons.Material.Rounded.PauseCircleOutline,
        KeyStatus.Expired => Icons.Material.Rounded.Schedule,
        KeyStatus.Revoked => Icons.Material.Rounded.Block,
    };

    private static string? Detail(ApiKeyView key, Words<KeysTexts> words, RelativeTime relative) =>
        key.RevokedAt is { } at ? Detail(key.RevokedBy, at, RevokeReasons.Say(key.RevokeReason, words), relative)
        : key.Pause is { BrownOut: null } pause ? Detail(pause.By, pause.At, pause.Reason, relative)
        : null;

    private static string Detail(string? who, DateTimeOffset at, string? why, RelativeTime relative) =>
        string.Join(" · ", new[] { who, relative.SayExactly(at), why }.Where(part => part is not null));
}

using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyList.Bulk;

/// <summary>Stops several keys for one reason, or all that one person has made. As for a single key: no typing, one deliberate click.</summary>
public sealed partial class BulkRevokeDialog
{
    private const int MostNames = 8;

    /// <summary>The chosen keys that can be revoked; empty when <see cref="Person"/> is set.</summary>
    [Parameter]
    public IReadOnlyList<ApiKeyView> Chosen { get; set; } = [];

    /// <summary>Who made the keys that are meant.</summary>
    [Parameter]
    public string? Person { get; set; }

    /// <summary>Gives what will stop; null when that can't be had.</summary>
    [Parameter, EditorRequired]
    public Func<Task<StopFacts?>> Facts { get; set; } = null!;

    /// <summary>Revokes for a reason (null: none given); what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<string?, Task<Error?>> Revoke { get; set; } = null!;

    private string? Reason { get; set; }

    /// <summary>Null: not known, or more than are looked at.</summary>
    private int? Count { get; set; }

    protected override void OnInitialized() => Count = Person is null ? Chosen.Count : null;

    private async Task<StopFacts?> LoadFactsAsync()
    {
        var facts = await Facts();
        if (facts is { IsWhole: true })
        {
            Count = facts.Keys;
            StateHasChanged();
        }

        return facts;
    }

    private Task RevokeAsync() => ActAsync(() => Revoke(Reason));
}

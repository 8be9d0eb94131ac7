using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Keys.Revoke;

/// <summary>Why keys are revoked: one of the known reasons, one in words, or none.</summary>
public sealed partial class ReasonPicker
{
    /// <summary>What is kept with the key; null when none is given.</summary>
    [Parameter]
    public string? Reason { get; set; }

    [Parameter]
    public EventCallback<string?> ReasonChanged { get; set; }

    private string? Chosen { get; set; }

    private string Text { get; set; } = "";

    protected override void OnInitialized() => Chosen = Reason;

    private Task ChooseAsync(string reason)
    {
        Chosen = reason;
        return AnswerAsync();
    }

    private Task AnswerAsync() =>
        ReasonChanged.InvokeAsync(Chosen != RevokeReasons.Other ? Chosen : string.IsNullOrWhiteSpace(Text) ? RevokeReasons.Other : Text.Trim());
}

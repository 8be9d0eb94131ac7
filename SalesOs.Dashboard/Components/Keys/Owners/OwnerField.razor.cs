using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys.Owners;

/// <summary>Asks who is to own something: the people and teams that are known are proposed, another team's address can be typed.</summary>
public sealed partial class OwnerField
{
    private const int MaxLength = 320;

    [Parameter, EditorRequired]
    public IReadOnlyList<KeyOwner> Choices { get; set; } = [];

    [Parameter]
    public string Value { get; set; } = "";

    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    private Task TypeAsync(ChangeEventArgs typed) => ValueChanged.InvokeAsync(typed.Value as string ?? "");
}

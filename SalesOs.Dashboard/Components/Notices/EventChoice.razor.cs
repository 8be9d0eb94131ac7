using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>Of what a receiver is told: of what the grid says for its channel, or of these events alone.</summary>
public sealed partial class EventChoice
{
    /// <summary>What may be an attack or a failure: where somebody begins who chooses for themselves.</summary>
    private static readonly IReadOnlyList<NoticeEvent> Common = [.. NoticeEvents.Choices.Where(what => NoticeEvents.DefaultOf(what) == NoticeChannels.All)];

    /// <summary>Null: as the grid says.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<NoticeEvent>? Chosen { get; set; }

    [Parameter]
    public EventCallback<IReadOnlyList<NoticeEvent>?> ChosenChanged { get; set; }

    private Task TickAsync(NoticeEvent what, bool on) => ChosenChanged.InvokeAsync(on ? [.. Chosen!, what] : [.. Chosen!.Where(one => one != what)]);
}

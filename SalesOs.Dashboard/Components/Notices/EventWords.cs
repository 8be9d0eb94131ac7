using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>What events are called on the page.</summary>
public sealed class EventWords(Words<NoticesTexts> words)
{
    public string Say(NoticeEvent what) => words["Event_" + what];

    /// <summary>What a receiver is told of.</summary>
    /// <param name="events">Null: what the grid says.</param>
    public string Say(IReadOnlyList<NoticeEvent>? events) => events switch
    {
        null => words["AsInGrid"],
        [var one] => Say(one),
        _ => words["SomeEvents", ("count", events.Count)],
    };
}

using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Notices;

/// <summary>Events that somebody chose, as they are stored: their names between spaces.</summary>
public static class NoticeChoices
{
    public static IReadOnlyList<NoticeEvent> Of(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(NoticeEvents.Parse).OfType<NoticeEvent>()];

    /// <param name="names">Sound ones, in any order; null: what the tenant chose for the channel.</param>
    internal static string? Text(IReadOnlyList<string>? names) => names is null
        ? null
        : string.Join(' ', names.Select(NoticeEvents.Parse).OfType<NoticeEvent>().Distinct().Order().Select(NoticeEvents.NameOf));

    /// <summary>Null stays null.</summary>
    internal static IReadOnlyList<NoticeEvent>? View(string? text) => text is null ? null : Of(text);

    /// <summary><c>event_unknown</c> for each that can't be chosen, the first ten.</summary>
    internal static IEnumerable<RuleFault> Faults(IReadOnlyList<string>? names) =>
        (names ?? []).Where(name => NoticeEvents.Parse(name) is not { } what || !NoticeEvents.Choices.Contains(what)).Take(10).Select(name => new RuleFault("events", "event_unknown", name));
}

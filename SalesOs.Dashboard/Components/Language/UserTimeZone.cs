using Microsoft.JSInterop;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>The time zone of the reader's browser: as a cookie tells it from an earlier page, else UTC until the page is interactive, which is before anyone can hover over a time.</summary>
public sealed class UserTimeZone(IJSRuntime browser, PassingTime passing)
{
    public const string Cookie = "tz";

    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>Begins with what is known already, so that nothing is drawn twice; what this machine does not know is taken as not said.</summary>
    public void BeginWith(string? id) => Zone = Find(id) ?? Zone;

    /// <summary>Asks the browser. A zone that this machine does not know stays UTC, and exact times name their zone.</summary>
    public async Task AskAsync()
    {
        if (Find(await browser.InvokeAsync<string?>("dashboard.arrive")) is { } zone && !zone.Equals(Zone))
        {
            Zone = zone;
            passing.Pulse();
        }
    }

    /// <summary>The zone of the browser that sends a request, as its cookie tells it; UTC where it does not.</summary>
    public static TimeZoneInfo Of(HttpRequest request) => Find(request.Cookies[Cookie]) ?? TimeZoneInfo.Utc;

    private static TimeZoneInfo? Find(string? id) => id is not null && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;
}

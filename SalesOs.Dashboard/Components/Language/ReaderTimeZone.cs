using Microsoft.JSInterop;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>The time zone of the reader's browser; UTC until the page is interactive, which is before anyone can hover over a time.</summary>
public sealed class ReaderTimeZone
{
    private readonly IJSRuntime browser;
    private readonly PassingTime passing;

    public ReaderTimeZone(IJSRuntime browser, PassingTime passing)
    {
        this.browser = browser;
        this.passing = passing;
    }

    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>Asks the browser. A zone that this machine does not know stays UTC, and exact times name their zone.</summary>
    public async Task AskAsync()
    {
        var id = await browser.InvokeAsync<string?>("dashboard.arrive");
        if (id is not null && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && !zone.Equals(Zone))
        {
            Zone = zone;
            passing.Pulse();
        }
    }
}

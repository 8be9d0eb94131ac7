using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>
/// Hands what a prerendered page has loaded to the circuit that takes the page over, so that it is neither loaded twice nor replaced by a placeholder for
/// a moment. Only a ticket goes by way of the browser: a list of a hundred keys would outgrow the hub's message limit.
/// </summary>
public sealed class Handover<T> : IDisposable
    where T : class
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly MemoryCache waiting;

    public Handover(TimeProvider clock) => waiting = new MemoryCache(new MemoryCacheOptions
    {
        // Crawling the page must not fill the memory; a list that does not fit is loaded again.
        SizeLimit = 500,
        Clock = new Time(clock),
    });

    public Guid Leave(string tenantId, T listing)
    {
        var ticket = Guid.NewGuid();
        waiting.Set((ticket, tenantId), listing, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Patience });
        return ticket;
    }

    /// <summary>Once, and for the tenant that left it; null when it is gone or was never here (another node, a restart).</summary>
    public T? Take(Guid ticket, string tenantId)
    {
        if (!waiting.TryGetValue((ticket, tenantId), out T? listing))
        {
            return null;
        }

        waiting.Remove((ticket, tenantId));
        return listing;
    }

    public void Dispose() => waiting.Dispose();

    private sealed class Time(TimeProvider clock) : ISystemClock
    {
        public DateTimeOffset UtcNow => clock.GetUtcNow();
    }
}

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>
/// The addresses that a page has sent its browser to and that the browser has not told of yet. A page takes such an address as its own at once: of two filters that
/// are chosen while the first is still on its way, the second adds to the first.
/// </summary>
internal sealed class OwnNavigations
{
    private readonly Queue<string> underway = new();

    public void Add(string address) => underway.Enqueue(address);

    /// <summary>Takes what the browser tells.</summary>
    /// <param name="address">Where it is.</param>
    /// <returns>False for an address of the page's own that a later one has replaced already. What the page did not send it to, such as a step back, counts always.</returns>
    public bool Arrive(string address)
    {
        if (!underway.Contains(address, StringComparer.Ordinal))
        {
            underway.Clear();
            return true;
        }

        while (underway.Dequeue() != address)
        {
            // One that the browser never told of.
        }

        return underway.Count == 0;
    }
}

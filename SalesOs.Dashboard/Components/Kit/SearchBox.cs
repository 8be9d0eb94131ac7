namespace SalesOs.Dashboard.Components.Kit;

/// <summary>
/// The text of a search box that stands in the page's address too. Typing goes to the address once it rests. The address wins over the box (the back button,
/// a link), but an address that the box itself asked for arrives later than the letters typed meanwhile, and changes nothing. Bind the field to it
/// (<c>@bind:get</c>, <c>@bind:set</c>): only then does Blazor know that what it has just heard stands in the field already, and leaves alone what was typed since.
/// </summary>
public sealed class SearchBox : IDisposable
{
    /// <summary>How long typing must rest before the search is asked for.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    private readonly Queue<string?> underWay = new();
    private readonly ITimer resting;
    private readonly Func<string?, Task> search;
    private string? inAddress;

    /// <param name="rested">Called on a timer's thread; brings <see cref="SearchAsync"/> to the page's own.</param>
    /// <param name="search">Goes to the address with this search; null: with none.</param>
    public SearchBox(TimeProvider clock, Func<Task> rested, Func<string?, Task> search)
    {
        this.search = search;
        resting = clock.CreateTimer(_ => _ = rested(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Text { get; private set; } = "";

    public void Type(string? text)
    {
        Text = text ?? "";
        resting.Change(Rest, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Shows a text whose search is asked for elsewhere.</summary>
    public void Put(string text)
    {
        Text = text;
        resting.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The page has come to an address with this search, or is still at it.</summary>
    public void Arrive(string? searched)
    {
        if (searched == inAddress)
        {
            return;
        }

        inAddress = searched;
        if (!underWay.Contains(searched))
        {
            underWay.Clear();
            Text = searched ?? "";
            return;
        }

        while (underWay.Dequeue() != searched)
        {
        }
    }

    public Task SearchAsync()
    {
        var wanted = Text.Trim() is { Length: > 0 } text ? text : null;
        if (wanted == (underWay.Count > 0 ? underWay.Last() : inAddress))
        {
            return Task.CompletedTask;
        }

        underWay.Enqueue(wanted);
        return search(wanted);
    }

    public void Dispose() => resting.Dispose();
}

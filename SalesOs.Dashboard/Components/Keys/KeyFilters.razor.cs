using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Keys;

/// <summary>Search and filters. It shows an address and answers with the next one; the page goes there.</summary>
public sealed partial class KeyFilters : IDisposable
{
    /// <summary>How long typing must rest before the list is asked for.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    private string typed = "";
    private string? sent;
    private ITimer? resting;

    [Parameter, EditorRequired]
    public KeysAddress Address { get; set; } = null!;

    [Parameter]
    public EventCallback<KeysAddress> Changed { get; set; }

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private Words<KeysTexts> Words { get; set; } = null!;

    public void Dispose() => resting?.Dispose();

    /// <summary>The address wins over the box (the back button, a link), but not over letters typed since the last search was sent.</summary>
    protected override void OnParametersSet()
    {
        if (Address.Search != sent)
        {
            sent = Address.Search;
            typed = sent ?? "";
        }
    }

    private static T? Chosen<T>(ChangeEventArgs change)
        where T : struct, Enum => Enum.TryParse<T>(change.Value as string, out var value) ? value : null;

    private void Typed(ChangeEventArgs change)
    {
        typed = change.Value as string ?? "";
        resting ??= Clock.CreateTimer(_ => _ = InvokeAsync(SearchAsync), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        resting.Change(Rest, Timeout.InfiniteTimeSpan);
    }

    private Task SearchAsync()
    {
        var search = typed.Trim() is { Length: > 0 } text ? text : null;
        if (search == Address.Search)
        {
            return Task.CompletedTask;
        }

        sent = search;
        return Changed.InvokeAsync(Address with { Search = search, Page = 1 });
    }

    private Task Choose(KeysAddress next) => Changed.InvokeAsync(next with { Page = 1 });

    private Task ClearAsync()
    {
        typed = "";
        return Changed.InvokeAsync(Address.Unfiltered());
    }
}

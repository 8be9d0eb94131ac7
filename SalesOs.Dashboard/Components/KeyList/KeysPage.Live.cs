using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>
/// What moves by itself: figures go into the rows where they stand, and a list in another order waits while the reader's pointer or focus is in the table,
/// since it would jump away under it.
/// </summary>
public sealed partial class KeysPage
{
    private Dictionary<Guid, RowUsage> usage = [];
    private ChangedKeys? changed;
    private bool pointerInside;
    private bool focusInside;

    [Inject]
    private UsageQuery UsageOf { get; set; } = null!;

    [Inject]
    private PassingTime Passing { get; set; } = null!;

    /// <summary>The list as it is by now, until it can be shown.</summary>
    private KeyListing? Waiting { get; set; }

    private IReadOnlyDictionary<Guid, RowUsage> Usage => usage;

    private IReadOnlyList<Guid> Shown => Listing is null ? [] : [.. Listing.Page.Keys.Select(k => k.Id)];

    private async Task FollowAsync(KeyChange change)
    {
        var moved = changed?.Take(Shown) ?? [];
        if (change == KeyChange.Keys)
        {
            await LoadAsync(byItself: true);
        }
        else
        {
            await MoveFiguresAsync(moved);
        }

        StateHasChanged();
    }

    /// <summary>With the time alone keys expire, marks come, and the sliding hour frees requests.</summary>
    private void OnPassed(object? sender, EventArgs e) => _ = InvokeAsync(async () =>
    {
        if (await MoveFiguresAsync(Shown))
        {
            StateHasChanged();
        }
    });

    private void Show(KeyListing fresh, bool byItself)
    {
        if (byItself && (pointerInside || focusInside) && Listing?.Address == fresh.Address && !Shown.SequenceEqual(fresh.Page.Keys.Select(k => k.Id)))
        {
            var known = fresh.Page.Keys.ToDictionary(k => k.Id);
            Listing = Listing with { Page = Listing.Page with { Keys = [.. Listing.Page.Keys.Select(k => known.GetValueOrDefault(k.Id, k))] } };
            Waiting = fresh;
        }
        else
        {
            Listing = fresh;
            Waiting = null;
        }
    }

    private void Hold(bool? pointer = null, bool? focus = null)
    {
        (pointerInside, focusInside) = (pointer ?? pointerInside, focus ?? focusInside);
        if (!pointerInside && !focusInside)
        {
            ShowWaiting();
        }
    }

    private void ShowWaiting()
    {
        if (Waiting is { } fresh)
        {
            (Listing, Waiting) = (fresh, null);
            _ = InvokeAsync(async () =>
            {
                await LoadUsageAsync(Shown);
                StateHasChanged();
            });
        }
    }

    /// <summary>True when something reads differently now.</summary>
    private async Task<bool> MoveFiguresAsync(IReadOnlyCollection<Guid> ids)
    {
        if (ids.Count == 0 || await Session.PeekAsync() is not { } caller)
        {
            return false;
        }

        var moved = false;
        try
        {
            var outcome = await Keys.FiguresAsync(ids, caller);
            if (outcome.Done && Listing is not null)
            {
                var figures = outcome.Value.ToDictionary(f => f.Id);
                var keys = Listing.Page.Keys.Select(k => figures.TryGetValue(k.Id, out var f) ? Moved(k, f) : k).ToList();
                if (!keys.SequenceEqual(Listing.Page.Keys))
                {
                    Listing = Listing with { Page = Listing.Page with { Keys = keys } };
                    moved = true;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The program is stopping.
        }
        catch (Exception fault)
        {
            // The figures on the page stay; the next change asks again.
            LogFiguresFailed(Log, fault);
        }

        return await LoadUsageAsync(ids) || moved;
    }

    /// <summary>The days and the hour of some of the shown keys; what can't be had stays as it was. True when something reads differently now.</summary>
    private async Task<bool> LoadUsageAsync(IReadOnlyCollection<Guid> ids)
    {
        if (ids.Count == 0 || await Session.PeekAsync() is not { } caller)
        {
            return false;
        }

        var moved = false;
        try
        {
            var (days, hours) = (await UsageOf.SparklinesAsync(ids, caller), await UsageOf.HoursAsync(ids, caller));
            if (days.Done && hours.Done)
            {
                foreach (var hour in hours.Value)
                {
                    var fresh = days.Value.GetValueOrDefault(hour.KeyId, []);
                    // What has not moved stays the same object, and its row is not drawn anew.
                    if (usage.GetValueOrDefault(hour.KeyId) is not { } known || known.Used != hour.Used || !known.Days.SequenceEqual(fresh))
                    {
                        usage[hour.KeyId] = new RowUsage(fresh, hour.Used);
                        moved = true;
                    }
                }
            }

            foreach (var gone in usage.Keys.Except(Shown).ToList())
            {
                usage.Remove(gone);
            }
        }
        catch (ObjectDisposedException)
        {
            // The program is stopping.
        }
        catch (Exception fault)
        {
            LogFiguresFailed(Log, fault);
        }

        return moved;
    }

    private static ApiKeyView Moved(ApiKeyView key, KeyFigures figures) => key with
    {
        Status = figures.Status,
        UsageCount = figures.UsageCount,
        LastUsedAt = figures.LastUsedAt,
        LastUsedIp = figures.LastUsedIp,
        LastUsedAgent = figures.LastUsedAgent,
    };

    [LoggerMessage(5101, LogLevel.Warning, "The figures of the shown API keys could not be refreshed.")]
    private static partial void LogFiguresFailed(ILogger logger, Exception fault);
}

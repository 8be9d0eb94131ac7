using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.KeyList;

/// <summary>
/// The rows of one open page. Figures go into them where they stand; a list in another order waits while the reader's pointer or focus is in the table, since it would
/// jump away under it.
/// </summary>
public sealed class ShownKeys(ApiKeyService keys, UsageQuery usageOf, UserTimeZone zone)
{
    private Dictionary<Guid, RowUsage> usage = [];
    private bool pointerInside;
    private bool focusInside;

    public KeyListing? Listing { get; private set; }

    /// <summary>The list as it is by now, until it can be shown.</summary>
    public KeyListing? Waiting { get; private set; }

    /// <summary>What is known of the rows' usage so far.</summary>
    public IReadOnlyDictionary<Guid, RowUsage> Usage => usage;

    private IReadOnlyList<Guid> Ids => Listing is null ? [] : [.. Listing.Page.Keys.Select(k => k.Id)];

    /// <summary>A snapshot for the circuit; null when there is no list.</summary>
    public PrerenderedKeys? Leave() => Listing is null ? null : new PrerenderedKeys(Listing, usage);

    public void Take(PrerenderedKeys prerendered) => (Listing, usage) = (prerendered.Listing, new(prerendered.Usage));

    /// <summary>What an address asks for, with days as they begin where the reader is.</summary>
    public KeyQuery QueryOf(KeysAddress address) => address.ToQuery(zone.Zone);

    public Task<Result<KeyPage>> ListAsync(KeysAddress address, Caller caller, CancellationToken cancellationToken) =>
        keys.ListAsync(QueryOf(address), caller, cancellationToken);

    /// <param name="byItself">Not an act of the reader, which would be answered at once.</param>
    public void Show(KeyListing fresh, bool byItself)
    {
        if (byItself && (pointerInside || focusInside) && Listing?.Address == fresh.Address && !Ids.SequenceEqual(fresh.Page.Keys.Select(k => k.Id)))
        {
            var known = fresh.Page.Keys.ToDictionary(k => k.Id);
            Put([.. Listing.Page.Keys.Select(k => known.GetValueOrDefault(k.Id, k))]);
            Waiting = fresh;
        }
        else
        {
            (Listing, Waiting) = (fresh, null);
        }
    }

    /// <summary>The pointer or the focus has come into the table or left it; null: as before. True when a list that has waited is shown now.</summary>
    public bool Hold(bool? pointer = null, bool? focus = null)
    {
        (pointerInside, focusInside) = (pointer ?? pointerInside, focus ?? focusInside);
        return !pointerInside && !focusInside && ShowWaiting();
    }

    /// <summary>True when there was a list that waited.</summary>
    public bool ShowWaiting()
    {
        (Listing, Waiting, var waited) = (Waiting ?? Listing, null, Waiting is not null);
        return waited;
    }

    /// <summary>Brings the figures of some rows (null: of all) up to date. True when something reads differently now.</summary>
    public async Task<bool> MoveFiguresAsync(Caller caller, IReadOnlySet<Guid>? changed)
    {
        var ids = Among(changed);
        if (ids.Count == 0)
        {
            return false;
        }

        var answer = await keys.FiguresAsync(ids, caller);
        var before = Listing;
        if (answer.Done && before is not null)
        {
            var figures = answer.Value.ToDictionary(f => f.Id);
            Put([.. before.Page.Keys.Select(k => figures.TryGetValue(k.Id, out var f) ? Moved(k, f) : k)]);
        }

        return before != Listing;
    }

    /// <summary>The same for their days and their hour.</summary>
    public Task<bool> MoveUsageAsync(Caller caller, IReadOnlySet<Guid>? changed) => LoadUsageAsync(caller, Among(changed));

    /// <summary>The days and the hour of the rows whose usage is not known yet.</summary>
    public Task<bool> CompleteAsync(Caller caller) => LoadUsageAsync(caller, [.. Ids.Where(id => !usage.ContainsKey(id))]);

    /// <summary>The days and the hour of all rows; what can't be had stays as it was. True when something reads differently now.</summary>
    public Task<bool> LoadUsageAsync(Caller caller) => LoadUsageAsync(caller, Ids);

    private IReadOnlyList<Guid> Among(IReadOnlySet<Guid>? changed) => [.. Ids.Where(id => changed is null || changed.Contains(id))];

    private async Task<bool> LoadUsageAsync(Caller caller, IReadOnlyCollection<Guid> ids)
    {
        if (ids.Count == 0)
        {
            return false;
        }

        var moved = false;
        var (days, hours) = (await usageOf.SparklinesAsync(ids, caller), await usageOf.HoursAsync(ids, caller));
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

        foreach (var gone in usage.Keys.Except(Ids).ToList())
        {
            usage.Remove(gone);
        }

        return moved;
    }

    /// <summary>The list stays the same object when no row differs.</summary>
    private void Put(IReadOnlyList<ApiKeyView> rows)
    {
        if (Listing is not null && !rows.SequenceEqual(Listing.Page.Keys))
        {
            Listing = Listing with { Page = Listing.Page with { Keys = rows } };
        }
    }

    private static ApiKeyView Moved(ApiKeyView key, KeyFigures figures) => key with
    {
        Status = figures.Status,
        UsageCount = figures.UsageCount,
        LastUsedAt = figures.LastUsedAt,
        LastUsedIp = figures.LastUsedIp,
        LastUsedAgent = figures.LastUsedAgent,
    };
}

/// <param name="Address">The address that this page of keys answers.</param>
public sealed record KeyListing(string Address, KeyPage Page);

/// <summary>What the circuit takes over from the page as it was answered: drawn once and for all, not first without the rows' usage and then with it.</summary>
public sealed record PrerenderedKeys(KeyListing Listing, IReadOnlyDictionary<Guid, RowUsage> Usage);

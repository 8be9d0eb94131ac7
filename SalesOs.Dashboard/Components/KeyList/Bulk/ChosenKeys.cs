using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList.Bulk;

/// <summary>The keys that the reader has chosen, across pages and filters, as many as can be revoked at once.</summary>
public sealed class ChosenKeys
{
    private readonly Dictionary<Guid, ApiKeyView> chosen = [];

    /// <summary>Another number after each change.</summary>
    public int Version { get; private set; }

    public int Count => chosen.Count;

    public IReadOnlySet<Guid> Ids => chosen.Keys.ToHashSet();

    public IReadOnlyList<ApiKeyView> Keys => [.. chosen.Values];

    /// <summary>Chooses these, or no longer when all of them were chosen before.</summary>
    public void Turn(IReadOnlyList<ApiKeyView> keys)
    {
        Version++;
        var choose = !keys.All(k => chosen.ContainsKey(k.Id));
        foreach (var key in keys)
        {
            if (!choose)
            {
                chosen.Remove(key.Id);
            }
            else
            {
                Add([key]);
            }
        }
    }

    /// <summary>Chooses these too, as far as there is room.</summary>
    public void Add(IEnumerable<ApiKeyView> keys)
    {
        Version++;
        foreach (var key in keys.Where(k => chosen.ContainsKey(k.Id) || chosen.Count < BulkRevocation.MostAtOnce))
        {
            chosen[key.Id] = key;
        }
    }

    public void Clear()
    {
        Version++;
        chosen.Clear();
    }
}

using System.Net;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Usage.Forecasts;

/// <summary>What other allowed addresses would have refused, and the least that would have refused nothing, from the callers on record. Pure.</summary>
internal static class AddressForecast
{
    /// <summary>Addresses and blocks in a suggestion.</summary>
    public const int MostBlocks = 10;

    /// <summary>Addresses of one block that are named one by one.</summary>
    private const int MostNamed = 3;

    public static SettingForecast Of(RecordedUse use, IReadOnlyList<string> proposed)
    {
        if (proposed.Count == 0)
        {
            return SettingForecast.Nothing;
        }

        List<AddressBlock> blocks = [.. proposed.Select(text => AddressBlock.TryParse(text, out var block) ? block : throw new ArgumentException("No address.", nameof(proposed)))];
        var allowed = use.Callers.ToLookup(caller => IPAddress.TryParse(caller.Address, out var address) && blocks.Exists(block => block.Contains(address)));
        var (refusedLeast, refusedMost) = SumOf(allowed[false]);
        var (allowedLeast, allowedMost) = SumOf(allowed[true]);
        // Whoever is not on record may be allowed or not.
        var least = Math.Max(refusedLeast, use.Requests - allowedMost - use.MissingMost);
        var most = Math.Min(use.Requests - allowedLeast, refusedMost + use.MissingMost);
        ForecastReason? reason = least == most ? null : use.MissingMost > 0 ? ForecastReason.CallersForgotten : ForecastReason.CallersOlder;
        if (reason is null && most == 0)
        {
            return SettingForecast.Nothing;
        }

        return new SettingForecast(
            reason == ForecastReason.CallersForgotten ? null : most,
            Exact: reason is null,
            reason,
            ByRoute: null,
            [
                .. allowed[false].Where(caller => caller.Most > 0)
                    .OrderByDescending(caller => caller.Most).ThenBy(caller => caller.Address, StringComparer.Ordinal).ThenBy(caller => caller.Agent, StringComparer.Ordinal)
                    .Select(caller => new CallerForecast(
                        caller.Address is "" ? null : caller.Address, caller.Agent is "" ? null : caller.Agent, caller.Least == caller.Most ? caller.Most : null, caller.LastSeenAt)),
            ],
            ByHour: null);
    }

    /// <summary>The fewest and narrowest addresses and blocks that hold all callers; or why there are none.</summary>
    public static (IReadOnlyList<string>? Addresses, ForecastReason? Reason) Least(RecordedUse use)
    {
        if (use.MissingMost > 0)
        {
            return (null, ForecastReason.CallersForgotten);
        }

        var seen = new List<IPAddress>();
        foreach (var text in use.Callers.Where(caller => caller.Most > 0).Select(caller => caller.Address).Distinct(StringComparer.Ordinal))
        {
            if (!AddressBlock.TryParse(text, out var single))
            {
                return (null, ForecastReason.AddressUnknown);
            }

            seen.Add(single.Network.BaseAddress);
        }

        List<string> blocks =
        [
            .. seen.GroupBy(address => AddressBlock.Around(address).Network).OrderBy(group => group.Key.ToString(), StringComparer.Ordinal)
                .SelectMany(IEnumerable<string> (group) => group.Count() > MostNamed ? [group.Key.ToString()] : group.Select(address => address.ToString()).Order(StringComparer.Ordinal)),
        ];
        return blocks.Count > MostBlocks ? (null, ForecastReason.TooManyAddresses) : (blocks, null);
    }

    private static (long Least, long Most) SumOf(IEnumerable<UseCaller> callers) =>
        callers.Aggregate((Least: 0L, Most: 0L), (sum, caller) => (sum.Least + caller.Least, sum.Most + caller.Most));
}

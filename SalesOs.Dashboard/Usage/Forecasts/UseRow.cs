using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Usage.Forecasts;

/// <summary>What was counted of a key in one hour or minute; <see cref="UsageCount"/> without its key.</summary>
/// <param name="Route">Empty for a minute.</param>
internal sealed record UseRow(UsageStep Step, long At, string Route, short Counted, long Count);

/// <summary>What the limit has to do with in one minute, or in one hour whose minutes are not kept.</summary>
/// <param name="Minute">Since 1970; of an hour its last one, so that what came in it seems to count for as long as it may have.</param>
/// <param name="LetIn">Requests let in.</param>
/// <param name="Others">Others that took from the hour's limit, such as a signature sent twice.</param>
/// <param name="Limited">Requests beyond the limit that stood then.</param>
/// <param name="IsHour">A whole hour.</param>
/// <param name="IsBefore">Before the time that is looked at: it stands as it was, and nothing of it is counted.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UseStep(long Minute, long LetIn, long Others, long Limited, bool IsHour, bool IsBefore)
{
    public long Granted => LetIn + Others;

    public long Hour => Minute / 60;
}

/// <summary>A caller on record, and how many of its requests fall into the time that is looked at.</summary>
/// <param name="Address">Empty when the server did not know it; so of <paramref name="Agent"/> when none was sent.</param>
/// <param name="Least">At least so many; equal to <paramref name="Most"/> for a caller that was not seen before.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UseCaller(string Address, string Agent, DateTimeOffset LastSeenAt, long Least, long Most)
{
    public static UseCaller Of(KeyCaller caller, DateTimeOffset from) => new(
        caller.Address,
        caller.Agent,
        caller.LastSeenAt,
        caller.LastSeenAt < from ? 0 : caller.FirstSeenAt < from ? 1 : caller.Count,
        caller.LastSeenAt < from ? 0 : caller.FirstSeenAt < from ? Math.Max(1, caller.Count - 1) : caller.Count);
}

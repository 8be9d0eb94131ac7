using System.Net;
using System.Runtime.InteropServices;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Usage.Watch;

/// <summary>
/// What this process need not ask the database again: which addresses it has noted today, of what it has told today, and how the hour of each key stands. Bounded; what it has
/// forgotten costs a question and changes nothing. Batches are written one after another, so that it has one thread at a time.
/// </summary>
internal sealed class WatchMemory
{
    /// <summary>Of each kind; some 20 MB in all.</summary>
    private const int Most = 100_000;

    private readonly HashSet<(Guid Key, IPAddress Address)> addresses = [];
    private readonly HashSet<(Guid Key, NoticeEvent Event)> told = [];
    private readonly Dictionary<Guid, KeyHour> hours = [];
    private long day;

    public bool HasSeen(Guid key, IPAddress address, long onDay) => onDay == day && addresses.Contains((key, address));

    public bool HasTold(Guid key, NoticeEvent what, long onDay) => onDay == day && told.Contains((key, what));

    public KeyHour HourOf(Guid key) => hours.GetValueOrDefault(key);

    /// <summary>Takes over what a batch has learnt, once that is committed.</summary>
    public void Keep(WatchFindings found)
    {
        foreach (var (key, address, on) in found.Addresses)
        {
            Turn(on);
            addresses.Add((key, address));
        }

        foreach (var (key, what, on) in found.Told)
        {
            Turn(on);
            told.Add((key, what));
        }

        foreach (var (key, hour) in found.Hours)
        {
            hours[key] = hour;
        }

        if (addresses.Count > Most)
        {
            addresses.Clear();
        }

        if (told.Count > Most)
        {
            told.Clear();
        }

        if (hours.Count > Most)
        {
            hours.Clear();
        }
    }

    private void Turn(long on)
    {
        if (on != day)
        {
            day = on;
            addresses.Clear();
            told.Clear();
        }
    }
}

/// <summary>How the hour of one key stands, as far as this process has let in.</summary>
/// <param name="At">The hour's first second, Unix seconds.</param>
/// <param name="Own">Requests that this process let in.</param>
/// <param name="LookAt">From how many of these on the hour of all processes is looked at again.</param>
/// <param name="Day">The day (since 1970) of the next two; 0: never read.</param>
/// <param name="Usual">As <see cref="SpikeBar.Usual"/>.</param>
/// <param name="Bar">As <see cref="SpikeBar.Count"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeyHour(long At, long Own, long LookAt, long Day, long Usual, long Bar);

/// <summary>What one batch has found out, for <see cref="WatchMemory.Keep"/>.</summary>
internal sealed class WatchFindings
{
    public List<(Guid Key, IPAddress Address, long Day)> Addresses { get; } = [];

    public List<(Guid Key, NoticeEvent Event, long Day)> Told { get; } = [];

    public Dictionary<Guid, KeyHour> Hours { get; } = [];
}

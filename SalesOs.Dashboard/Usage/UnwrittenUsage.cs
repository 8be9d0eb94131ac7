using System.Net;
using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Usage;

/// <summary>What one key's counters held when they were taken to be written.</summary>
/// <param name="LetIn">How much the key's total grows.</param>
/// <param name="LastUsedAt">Unix milliseconds; 0 when this process has let none in.</param>
/// <param name="LastRequestId">Of the latest use, a UUID as text; null when it had none.</param>
/// <param name="Noticed">Who was refused in brown-outs, or called with a key that has a successor; null: nobody.</param>
/// <param name="CallersMissed">Requests let in whose caller was not noted.</param>
internal sealed record UnwrittenUsage(
    KeyUsage Usage,
    CountCell[] Cells,
    long LetIn,
    long LastUsedAt,
    IPAddress? LastUsedIp,
    string? LastUsedAgent,
    string? LastRequestId,
    CallerTable.Entry[] Callers,
    long CallersMissed,
    long RejectionsDropped,
    NoticedCallers? Noticed);

/// <summary>One count, by minute since 1970, number of the route and <see cref="CountedAs"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CountCell
{
    public int Minute;
    public short Route;
    public short Counted;
    public int Count;
}

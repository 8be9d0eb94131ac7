using System.Runtime.InteropServices;

namespace SalesOs.Dashboard.Usage;

/// <summary>The time and the width of the steps that a report is asked for.</summary>
/// <param name="From">The report begins with the step it lies in. Null: 24 hours, 7 or 30 days of minutes, hours or days, as far as kept.</param>
/// <param name="To">The report ends with the step of the last moment before it. Null or in the future: with the step of now, not over yet.</param>
public sealed record UsageSpan(DateTimeOffset? From, DateTimeOffset? To, UsageStep Step);

/// <summary>What happened. An answer is counted for each request that was let in, once it is known.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct UsageTotals(long LetIn, long Refused, long Succeeded, long ClientErrors, long ServerErrors)
{
    internal UsageTotals With(short counted, long count)
    {
        if (CountedAs.AnswerOf(counted) is { } answer)
        {
            return answer switch
            {
                AnswerClass.Success => this with { Succeeded = Succeeded + count },
                AnswerClass.ClientError => this with { ClientErrors = ClientErrors + count },
                AnswerClass.ServerError => this with { ServerErrors = ServerErrors + count },
            };
        }

        return counted == CountedAs.Of(Verdict.LetIn) ? this with { LetIn = LetIn + count } : this with { Refused = Refused + count };
    }
}

/// <param name="At">The step's beginning.</param>
public sealed record UsagePoint(DateTimeOffset At, UsageTotals Totals);

/// <param name="Route">As it is mapped, such as <c>GET /v1/leads/{id}</c>.</param>
public sealed record RouteUsage(string Route, UsageTotals Totals);

/// <summary>One key's usage over a time; every part of it adds up to <paramref name="Totals"/>. At most a second behind.</summary>
/// <param name="From">The first step's beginning.</param>
/// <param name="To">The last step's end.</param>
/// <param name="Points">Every step in order, also those in which nothing happened.</param>
/// <param name="Routes">The most used first.</param>
/// <param name="Verdicts">Those that occurred.</param>
/// <param name="Answers">Those that occurred.</param>
public sealed record UsageReport(
    DateTimeOffset From,
    DateTimeOffset To,
    UsageStep Step,
    IReadOnlyList<UsagePoint> Points,
    UsageTotals Totals,
    IReadOnlyList<RouteUsage> Routes,
    IReadOnlyDictionary<Verdict, long> Verdicts,
    IReadOnlyDictionary<AnswerClass, long> Answers);

/// <summary>How a key's sliding hour stands.</summary>
/// <param name="Used">Requests granted in it; above the limit when that was lowered meanwhile.</param>
public sealed record HourUsage(Guid KeyId, int Used, int Limit);

/// <param name="Callers">The most recently seen first; at most <see cref="KeyCaller.MostPerKey"/>.</param>
/// <param name="Forgotten">Callers, ever, that had to go for more recent ones, or were erased with a person.</param>
/// <param name="Missed">Requests, ever, whose caller was not noted.</param>
public sealed record CallerList(IReadOnlyList<CallerView> Callers, long Forgotten, long Missed);

/// <param name="Address">Null when the server did not know it.</param>
/// <param name="Agent">Null when none was sent.</param>
/// <param name="Count">Requests let in.</param>
public sealed record CallerView(string? Address, string? Agent, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, long Count);

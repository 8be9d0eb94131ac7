namespace SalesOs.Dashboard.ApiKeys;

/// <summary>The brown-outs of a key, as its row has them.</summary>
public sealed partial class ApiKey
{
    public void PlanBrownOuts(IEnumerable<BrownOutSpan> added, DateTimeOffset now)
    {
        BrownOutText = BrownOutSpan.Write(BrownOutSpan.Read(BrownOutText).Concat(added));
        RollBrownOuts(now);
        Version++;
    }

    /// <param name="raisesVersion">Somebody has ended it; what the clock has ended every node knows.</param>
    public void ForgetBrownOut(Guid id, bool raisesVersion)
    {
        BrownOutText = BrownOutSpan.Write(BrownOutSpan.Read(BrownOutText).Where(s => s.Id != id));
        Version += raisesVersion ? 1 : 0;
    }

    /// <summary>Notes which brown-out runs or comes next.</summary>
    public void RollBrownOuts(DateTimeOffset now)
    {
        var next = BrownOutSpan.Read(BrownOutText).Where(s => s.Until > now.ToUnixTimeMilliseconds()).Cast<BrownOutSpan?>().FirstOrDefault();
        BrownOutFrom = next is { } from ? DateTimeOffset.FromUnixTimeMilliseconds(from.From) : null;
        BrownOutUntil = next is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until.Until) : null;
    }
}

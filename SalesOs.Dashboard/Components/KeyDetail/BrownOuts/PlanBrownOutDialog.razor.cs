using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.KeyDetail.BrownOuts;

/// <summary>Plans a brown-out: how long, and now or at some times.</summary>
public sealed partial class PlanBrownOutDialog
{
    private const string FormId = "plan-brown-out";

    private bool judged;

    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    /// <summary>Plans; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<BrownOutPlan, Task<Error?>> Plan { get; set; } = null!;

    private int Minutes { get; set; } = BrownOutPlanValidator.Lengths[0];

    private bool IsNow { get; set; } = true;

    /// <summary>In the reader's time zone; what is left empty is no time.</summary>
    private List<DateTime?> Times { get; } = [null];

    private bool LacksTime => !IsNow && Times.All(t => t is null);

    private BrownOutPlan Asked => new() { Minutes = Minutes, StartsAt = IsNow ? null : [.. Times.Select(t => LocalTime.At(t, Reader.Zone)).OfType<DateTimeOffset>()] };

    private IReadOnlyList<string> Faults => !judged ? [] : LacksTime ? [Words["TimeRequired"]] : [.. Rules.Faults(Asked).Select(FaultWords.Say).Distinct(StringComparer.Ordinal)];

    private Task PlanAsync()
    {
        judged = true;
        var asked = Asked;
        return Faults.Count > 0 ? Task.CompletedTask : ActAsync(() => Plan(asked));
    }
}

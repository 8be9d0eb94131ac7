using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Reviews;

namespace SalesOs.Dashboard.Components.Reviews;

/// <summary>Opens a review: what it is called, until when the owners are asked, and of which keys.</summary>
public sealed partial class OpenReviewDialog
{
    private bool judged;

    /// <summary>Opens; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<NewReview, Task<Error?>> Open { get; set; } = null!;

    private string Name { get; set; } = "";

    private DateOnly? LastDay { get; set; }

    private ReviewScope Scope { get; set; }

    private string Search { get; set; } = "";

    private string Owner { get; set; } = "";

    private bool FullAccess { get; set; }

    private bool NeverExpires { get; set; }

    private bool AnyAddress { get; set; }

    private bool WithoutOwner { get; set; }

    private bool Excess { get; set; }

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Clock.GetUtcNow(), Reader.Zone).DateTime);

    /// <summary>The last day belongs to it whole.</summary>
    private NewReview Asked => new(Name, LocalDay.Start(LastDay is { } day && day < DateOnly.MaxValue ? day.AddDays(1) : LastDay, Reader.Zone), Scope, Scope == ReviewScope.Filter ? Filter : null);

    private ReviewFilter Filter => new()
    {
        Search = Said(Search),
        Owner = Said(Owner),
        FullAccess = Only(FullAccess),
        NeverExpires = Only(NeverExpires),
        AnyAddress = Only(AnyAddress),
        WithoutOwner = Only(WithoutOwner),
        Mark = Excess ? KeyMark.Excess : null,
    };

    private static string? Said(string text) => text.Trim() is { Length: > 0 } said ? said : null;

    private static bool? Only(bool set) => set ? true : null;

    private IReadOnlyList<string> FaultsOf(string field) => judged ? [.. Rules.Faults(Asked).Where(f => f.Field == field).Select(FaultWords.Say)] : [];

    private Task OpenAsync()
    {
        judged = true;
        var asked = Asked;
        return Rules.Faults(asked).Count > 0 ? Task.CompletedTask : ActAsync(() => Open(asked));
    }
}

using FluentValidation;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Keys.Pause;

/// <summary>Pauses a key or several. In an incident seconds count: what is chosen at first stops the key until somebody resumes it, with one deliberate click.</summary>
public abstract class PauseDialog : ActDialog
{
    private bool judged;

    /// <summary>Pauses; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<KeyPause, Task<Error?>> Pause { get; set; } = null!;

    /// <summary>Gives what will stop; null when that can't be had.</summary>
    [Parameter, EditorRequired]
    public Func<Task<StopFacts?>> Facts { get; set; } = null!;

    protected PauseForm Form { get; set; } = new();

    protected bool IsTouched => Form.Reason != Began.Reason || Form.Time is not null;

    /// <summary>As the form was at first.</summary>
    protected virtual PauseForm Began { get; } = new();

    [Inject]
    private IValidator<KeyPause> Rules { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private UserTimeZone Reader { get; set; } = null!;

    [Inject]
    private Words<PauseTexts> PauseWords { get; set; } = null!;

    private KeyPause Asked => Form.ToPause(Time.GetUtcNow(), Reader.Zone);

    private bool LacksTime => Form is { Choice: PauseChoice.Time, Time: null };

    protected IReadOnlyList<string> FaultsOf(string field) =>
        !judged ? []
        : LacksTime && field == "until" ? [PauseWords["TimeRequired"]]
        : [.. Rules.Faults(Asked).Where(f => f.Field == field).Select(FaultWords.Say)];

    protected Task PauseAsync()
    {
        judged = true;
        var asked = Asked;
        return LacksTime || Rules.Faults(asked).Count > 0 ? Task.CompletedTask : ActAsync(() => Pause(asked));
    }
}

using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.Policies;

/// <summary>Integrations › Policy: what the tenant demands of its keys, and beside it what that would do to those that exist. Auditors read it.</summary>
public sealed partial class PolicyPage : IDisposable
{
    private readonly LatestLoad latest = new();
    private PolicyForecast? forecast;
    private string? problem;
    private string? refused;
    private string? said;
    private bool busy;

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    /// <summary>Where the prerendered page has left the policy for the circuit.</summary>
    [PersistentState]
    public Guid? Ticket { get; set; }

    private PolicyView? Shown { get; set; }

    private PolicyForm? Form { get; set; }

    private bool Failed { get; set; }

    /// <summary>What is to be saved waits for another person.</summary>
    private bool NeedsOther => Form is { IsTouched: true } form && (form.Base.SecondPerson.Contains(SecondPersonAct.ChangePolicy) || form.Base.SecondPerson.Except(form.SecondPerson).Any());

    public void Dispose() => latest.Dispose();

    protected override async Task OnInitializedAsync()
    {
        Shown = Ticket is { } ticket ? Handover.Take(ticket, CurrentUser.TenantId) : null;
        if (CurrentUser.CanSeeKeys)
        {
            await LoadAsync();
        }

        if (!RendererInfo.IsInteractive && Shown is not null)
        {
            Ticket = Handover.Leave(CurrentUser.TenantId, Shown);
        }
    }

    private IReadOnlyList<string> FaultsOf(string field) => Form is null ? [] : [.. Form.Faults(Checks).Where(f => f.Field == field).Select(FaultWords.Say)];

    private async Task LoadAsync()
    {
        try
        {
            Shown ??= await Session.GetAsync() is { } caller ? (await Policies.GetAsync(caller)).Value : null;
            if (Shown is not null)
            {
                (Form, Failed) = (new PolicyForm(Shown.Policy, UserZone.Zone), false);
                await ForetellAsync();
            }
        }
        catch (Exception fault)
        {
            LogNotLoaded(Logger, fault);
            Failed = true;
        }
    }

    /// <summary>The policy may be another by now. A form that is being filled in stays as it is, and is refused when it is saved.</summary>
    private async Task FollowAsync()
    {
        try
        {
            if (await Session.PeekAsync() is { } caller && (await Policies.GetAsync(caller)).Value is { } current
                && current.Version > (Shown?.Version ?? -1) && !busy && Form is not { IsTouched: true })
            {
                (Shown, Form, Failed) = (current, new PolicyForm(current.Policy, UserZone.Zone), false);
                await ForetellAsync();
            }
        }
        catch (Exception fault)
        {
            // What is shown stays; its version says that it is an earlier one.
            LogNotLoaded(Logger, fault);
        }
    }

    private Task Choose(SecondPersonAct act, bool isChosen)
    {
        _ = isChosen ? Form!.SecondPerson.Add(act) : Form!.SecondPerson.Remove(act);
        said = null;
        return Task.CompletedTask;
    }

    /// <summary>What stands in the form, foretold anew after each change.</summary>
    private Task ForetellAsync() => latest.RunAsync(async cancelled =>
    {
        (said, refused) = (null, null);
        if (Form!.Faults(Checks).Count > 0)
        {
            (forecast, problem) = (null, Words["ForecastFaulty"]);
            return;
        }

        try
        {
            if (await Session.PeekAsync() is { } caller && await Forecasts.OfAsync(Form.ToPolicy(), caller, cancelled) is var foretold && !cancelled.IsCancellationRequested)
            {
                (forecast, problem) = (foretold.Value, null);
            }
        }
        catch (Exception fault) when (!cancelled.IsCancellationRequested)
        {
            LogNotForetold(Logger, fault);
            (forecast, problem) = (null, Words["ForecastFailed"]);
        }
    });

    private async Task SaveAsync()
    {
        if (busy || Form is null || Form.Faults(Checks).Count > 0)
        {
            return;
        }

        (busy, said, refused) = (true, null, null);
        try
        {
            if (await Session.GetAsync() is not { } caller)
            {
                return;
            }

            var set = await Policies.SetAsync(Form.ToPolicy(), [Shown!.Version], Speech.Speaking(caller));
            if (set.Done)
            {
                (Shown, Form, said) = (set.Value, new PolicyForm(set.Value.Policy, UserZone.Zone), Words["Saved"]);
            }
            else if (set.Error.Reason == ErrorReason.NeedsApproval)
            {
                (Form, said) = (new PolicyForm(Shown.Policy, UserZone.Zone), Words["Asked"]);
            }
            else
            {
                refused = FaultWords.Say(set.Error);
            }
        }
        catch (Exception fault)
        {
            LogNotSaved(Logger, fault);
            refused = Words["NotSaved"];
        }
        finally
        {
            busy = false;
        }
    }

    [LoggerMessage(5250, LogLevel.Error, "The policy could not be loaded.")]
    private static partial void LogNotLoaded(ILogger logger, Exception fault);

    [LoggerMessage(5251, LogLevel.Error, "What a policy would do could not be found out.")]
    private static partial void LogNotForetold(ILogger logger, Exception fault);

    [LoggerMessage(5252, LogLevel.Error, "The policy could not be saved.")]
    private static partial void LogNotSaved(ILogger logger, Exception fault);
}

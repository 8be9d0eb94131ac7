using MudBlazor;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Webhooks;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>What people do about notices, from the page. That something has changed the page learns from the feed, as every other open page does.</summary>
public sealed partial class NoticeActions(
    NoticeWebhooks webhooks,
    NoticeEmails emails,
    NoticeGrid grid,
    NoticeDeliveries deliveries,
    SessionCaller session,
    Dialogs dialogs,
    ISnackbar notices,
    FaultWords faults,
    Words<NoticesTexts> words,
    ILogger<NoticeActions> log)
{
    public Task OpenAddWebhookAsync() => dialogs.ShowAsync<WebhookDialog>(words["AddWebhook"], new DialogParameters<WebhookDialog>
    {
        { d => d.Save, form => ActAsync(caller => webhooks.AddAsync(form, caller), ShowSecretAsync) },
    });

    public Task OpenEditWebhookAsync(WebhookView one) => dialogs.ShowAsync<WebhookDialog>(words["EditWebhook"], new DialogParameters<WebhookDialog>
    {
        { d => d.Webhook, one },
        { d => d.Save, form => ActAsync(caller => webhooks.EditAsync(one.Id, new WebhookEdit { Url = form.Url, Description = form.Description, Events = new(IsGiven: true, form.Events) }, caller), _ => Tell("Saved")) },
    });

    public Task OpenRotateAsync(WebhookView one) => AskAsync(
        "RotateTitle", words["RotateText", ("name", Named(one))], "RotateNow", isGrave: false, () => ActAsync(caller => webhooks.RotateSecretAsync(one.Id, caller), ShowSecretAsync));

    public Task OpenRemoveAsync(WebhookView one) => AskAsync(
        "RemoveWebhookTitle", words["RemoveWebhookText", ("name", Named(one))], "RemoveNow", isGrave: true, () => ActAsync(caller => webhooks.RemoveAsync(one.Id, caller), _ => Tell("Removed")));

    public Task OpenRemoveAsync(EmailView one) => AskAsync(
        "RemoveEmailTitle", words["RemoveEmailText", ("name", one.Address)], "RemoveNow", isGrave: true, () => ActAsync(caller => emails.RemoveAsync(one.Id, caller), _ => Tell("Removed")));

    public Task SwitchAsync(WebhookView one) => DoAsync(
        caller => webhooks.EditAsync(one.Id, new WebhookEdit { Enabled = one.State == WebhookState.Off }, caller), _ => Tell(one.State == WebhookState.Off ? "SwitchedOn" : "SwitchedOff"));

    public Task TestAsync(WebhookView one) => DoAsync(caller => webhooks.TestAsync(one.Id, caller), _ => Tell("TestSent"));

    public Task TestAsync(EmailView one) => DoAsync(caller => emails.TestAsync(one.Id, caller), _ => Tell("TestSent"));

    public Task OpenAddEmailAsync() => dialogs.ShowAsync<EmailDialog>(words["AddEmail"], new DialogParameters<EmailDialog>
    {
        { d => d.Save, form => ActAsync(caller => emails.AddAsync(form, caller), _ => Tell(emails.CanSend ? "Asked" : "Saved")) },
    });

    public Task OpenEditEmailAsync(EmailView one) => dialogs.ShowAsync<EmailDialog>(words["EditEmail"], new DialogParameters<EmailDialog>
    {
        { d => d.Email, one },
        { d => d.Save, form => ActAsync(caller => emails.EditAsync(one.Id, new EmailEdit { Language = form.Language, Events = new(IsGiven: true, form.Events) }, caller), _ => Tell("Saved")) },
    });

    public Task AskAgainAsync(EmailView one) => DoAsync(caller => emails.AskAgainAsync(one.Id, caller), _ => Tell("Asked"));

    public Task ChooseAsync(NoticeEvent what, NoticeChannels channels) =>
        DoAsync(caller => grid.ChooseAsync(new Dictionary<NoticeEvent, NoticeChannels> { [what] = channels }, caller), _ => Task.CompletedTask);

    public Task SendAgainAsync(DeliveryView one) => DoAsync(caller => deliveries.SendAgainAsync(one.Id, caller), _ => Tell("SentAgain"));

    private Task ShowSecretAsync(MadeWebhook made) => dialogs.ShowAsync<SecretDialog>(words["SecretTitle"], new DialogParameters<SecretDialog>
    {
        { d => d.Made, made },
    });

    private Task AskAsync(string title, string text, string button, bool isGrave, Func<Task<Error?>> act) => dialogs.ShowAsync<AskDialog>(words[title], new DialogParameters<AskDialog>
    {
        { d => d.Title, words[title] },
        { d => d.Text, text },
        { d => d.Button, words[button] },
        { d => d.IsGrave, isGrave },
        { d => d.Act, act },
    });

    private Task Tell(string said)
    {
        notices.Add(words[said], Severity.Success);
        return Task.CompletedTask;
    }

    /// <returns>Null when it is done.</returns>
    private async Task<Error?> ActAsync<T>(Func<Caller, Task<Result<T>>> act, Func<T, Task> done)
    {
        if (await session.GetAsync() is not { } caller)
        {
            // The page is led away.
            return null;
        }

        var answer = await act(caller);
        if (answer.Done)
        {
            await done(answer.Value!);
        }

        return answer.Error;
    }

    /// <summary>Without a dialog: what went wrong is told beside the page.</summary>
    private async Task DoAsync<T>(Func<Caller, Task<Result<T>>> act, Func<T, Task> done)
    {
        try
        {
            if (await ActAsync(act, done) is { } error)
            {
                notices.Add(faults.Say(error), Severity.Error);
            }
        }
        catch (Exception fault)
        {
            LogNotDone(log, fault);
            notices.Add(faults.NotDone, Severity.Error);
        }
    }

    private static string Named(WebhookView one) => WebhookAddress.Shown(new Uri(one.Url));

    [LoggerMessage(5211, LogLevel.Error, "What was asked for on the page of notices could not be done.")]
    private static partial void LogNotDone(ILogger logger, Exception fault);
}

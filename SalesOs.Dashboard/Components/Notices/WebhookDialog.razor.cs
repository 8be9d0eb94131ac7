using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>Adds a webhook or changes one.</summary>
public sealed partial class WebhookDialog
{
    private const string FormId = "webhook-form";

    private bool judged;

    /// <summary>Null: a new one.</summary>
    [Parameter]
    public WebhookView? Webhook { get; set; }

    /// <summary>Saves; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<NewWebhook, Task<Error?>> Save { get; set; } = null!;

    private string Url { get; set; } = "";

    private string Description { get; set; } = "";

    private IReadOnlyList<NoticeEvent>? Events { get; set; }

    private NewWebhook Asked => new(Url.Trim(), Description, Events?.Select(NoticeEvents.NameOf).ToList());

    private bool IsTouched => Url != (Webhook?.Url ?? "") || Description != (Webhook?.Description ?? "") || !(Events ?? []).SequenceEqual(Webhook?.Events ?? []);

    protected override void OnInitialized() => (Url, Description, Events) = (Webhook?.Url ?? "", Webhook?.Description ?? "", Webhook?.Events);

    private IReadOnlyList<string> FaultsOf(string field) => judged ? [.. Rules.Faults(Asked).Where(fault => fault.Field == field).Select(FaultWords.Say)] : [];

    private Task SaveAsync()
    {
        judged = true;
        var asked = Asked;
        return Rules.Faults(asked).Count > 0 ? Task.CompletedTask : ActAsync(() => Save(asked));
    }
}

using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>Where the link of an e-mail leads with which its readers say that notices may be sent there. Whoever has the link may; they need no account.</summary>
public sealed partial class ConfirmPage
{
    [Parameter]
    public Guid Id { get; set; }

    [Parameter]
    public string Proof { get; set; } = "";

    private Result<string>? Answer { get; set; }

    private async Task ConfirmAsync() => Answer = await Emails.ConfirmAsync(Id, Proof);
}

using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>The addresses that notices go to by e-mail, whether each is confirmed, and what may be done with it.</summary>
public sealed partial class EmailsSection
{
    [Parameter, EditorRequired]
    public IReadOnlyList<EmailView> Emails { get; set; } = [];

    /// <summary>Whether there is a mail server.</summary>
    [Parameter]
    public bool SendsMail { get; set; }

    [Parameter]
    public bool CanManage { get; set; }
}

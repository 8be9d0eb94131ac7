using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Components.Notices;

/// <summary>Adds an e-mail address, which begins in the language of whoever adds it, or changes what one gets; the address itself stays.</summary>
public sealed partial class EmailDialog
{
    private const string FormId = "email-form";

    private bool judged;

    /// <summary>Null: a new one.</summary>
    [Parameter]
    public EmailView? Email { get; set; }

    /// <summary>Saves; what it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<NewEmail, Task<Error?>> Save { get; set; } = null!;

    private string Address { get; set; } = "";

    private string Language { get; set; } = CultureInfo.CurrentUICulture.Name;

    private IReadOnlyList<NoticeEvent>? Events { get; set; }

    private NewEmail Asked => new(Address, Language, Events?.Select(NoticeEvents.NameOf).ToList());

    private bool IsTouched => Email is null ? Address.Length > 0 : Language != Email.Language || !(Events ?? []).SequenceEqual(Email.Events ?? []);

    protected override void OnInitialized()
    {
        if (Email is not null)
        {
            (Address, Language, Events) = (Email.Address, Email.Language, Email.Events);
        }
    }

    private IReadOnlyList<string> FaultsOf(string field) => judged ? [.. Rules.Faults(Asked).Where(fault => fault.Field == field).Select(FaultWords.Say)] : [];

    private Task SaveAsync()
    {
        judged = true;
        var asked = Asked;
        return Rules.Faults(asked).Count > 0 ? Task.CompletedTask : ActAsync(() => Save(asked));
    }
}

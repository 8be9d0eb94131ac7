using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.ApiKeys.Policies;

namespace SalesOs.Dashboard.Components.Keys.Policies;

/// <summary>Says that what a form does waits for another person, and asks why they should consent. Nothing where the tenant's policy wants nobody else.</summary>
public sealed partial class SecondPersonNote
{
    private KeyPolicy? policy;

    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [Parameter, EditorRequired]
    public SecondPersonAct Act { get; set; }

    /// <summary>Whether what stands in the form is such an act.</summary>
    [Parameter]
    public bool Holds { get; set; } = true;

    /// <summary>Whatever the policy says: it is such an act by its nature.</summary>
    [Parameter]
    public bool Always { get; set; }

    private bool IsAsked => Always || (Holds && policy?.SecondPerson.Contains(Act) == true);

    protected override async Task OnInitializedAsync()
    {
        Policy.Reason = "";
        policy = await Policy.GetAsync();
    }
}

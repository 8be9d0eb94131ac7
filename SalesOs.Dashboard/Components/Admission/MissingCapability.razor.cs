using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Admission;

/// <summary>Stands in place of a page that the reader may not see: which capability is missing, which roles they have, whom to ask.</summary>
public sealed partial class MissingCapability
{
    /// <summary>The page's title.</summary>
    [Parameter, EditorRequired]
    public string Page { get; set; } = "";

    [Parameter, EditorRequired]
    public string Capability { get; set; } = "";

    /// <summary>A page is made twice, in the answer and in its circuit; it was opened once.</summary>
    [PersistentState]
    public bool Told { get; set; }

    [CascadingParameter]
    private CurrentUser CurrentUser { get; set; } = null!;

    /// <summary>Only those who may also manage: an auditor can't give access.</summary>
    private IReadOnlyList<string> Granters => Roles.RolesWith(Capabilities.AdminIntegrations);

    /// <summary>The page's address, whichever key or entry it is about.</summary>
    private string Address => string.Join('/', new Uri(Navigation.Uri).AbsolutePath.Split('/').Select(part => Guid.TryParse(part, out _) ? "{id}" : part));

    protected override async Task OnInitializedAsync()
    {
        if (!Told && await Session.PeekAsync() is { } caller)
        {
            Told = true;
            Denials.Tell(caller, Address);
        }
    }
}

using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Components.Frame;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Admission;

/// <summary>Stands in place of a page that the reader may not see: which capability is missing, which roles they have, whom to ask.</summary>
public sealed partial class MissingCapability
{
    /// <summary>The page's title.</summary>
    [Parameter, EditorRequired]
    public string Page { get; set; } = "";

    [Parameter, EditorRequired]
    public string Capability { get; set; } = "";

    [CascadingParameter]
    private Reader Reader { get; set; } = null!;

    [Inject]
    private RoleMapping Roles { get; set; } = null!;

    [Inject]
    private Words<AdmissionTexts> Words { get; set; } = null!;

    /// <summary>Only those who may also manage: an auditor can't give access.</summary>
    private IReadOnlyList<string> Granters => Roles.RolesWith(Capabilities.AdminIntegrations);
}

using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>The address that programs call, for samples on a page: <c>Site:ApiAddress</c>, else the page's own.</summary>
public sealed class ApiAddress(SiteOptions site, NavigationManager navigation)
{
    /// <summary>Without a slash at the end.</summary>
    public string Text => site.AddressFor(navigation.BaseUri);
}

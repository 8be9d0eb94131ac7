using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Account;

/// <summary>Asks a person of several tenants which one to work in: after sign-in, and whenever they want to switch.</summary>
public sealed partial class ChooseTenantPage
{
    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = null!;

    private string Back => LocalUrl.Or(ReturnUrl);

    private IReadOnlyList<OwnTenant> Own { get; set; } = [];

    private string? Current { get; set; }

    protected override async Task OnInitializedAsync() => (Own, Current) = await Tenants.OfAsync(HttpContext.User);
}

using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Account;

/// <summary>Says why a sign-in did not happen and what to do next. The reason comes from the address, so only known ones are worded.</summary>
public sealed partial class SignInFailedPage
{
    /// <summary>A code of <see cref="SignIn.SignInFailures.CodeOf"/>.</summary>
    [SupplyParameterFromQuery]
    private string? Reason { get; set; }

    private string Kind => Reason switch
    {
        "denied" => "Denied",
        "expired" => "Expired",
        "away" => "Away",
        "no-tenant" => "NoTenant",
        "unrecorded" => "Unrecorded",
        _ => "Failed",
    };
}

using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Account;

/// <summary>Says why a sign-in did not happen and what to do next. The reason comes from the address, so only known ones are worded.</summary>
public sealed partial class SignInFailedPage
{
    /// <summary><c>denied</c>, <c>expired</c> or <c>failed</c>.</summary>
    [SupplyParameterFromQuery]
    private string? Reason { get; set; }

    private string Kind => Reason switch
    {
        "denied" => "Denied",
        "expired" => "Expired",
        _ => "Failed",
    };
}

using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Components.Account;

/// <summary>Where a page that can't go on leads its reader: why, and the way back to where they were. Only known reasons are worded, and no other host is linked to.</summary>
public sealed partial class TerminatedPage
{
    /// <summary>A code of <see cref="Terminations.CodeOf"/>.</summary>
    [SupplyParameterFromQuery]
    private string? Reason { get; set; }

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    private string Back => LocalUrl.Or(ReturnUrl);

    /// <summary>The browser still has a session, of this person or another.</summary>
    private bool GoesOn => Reason is "replaced" or "tenant" or "pages";

    private string Kind => Reason switch
    {
        "replaced" => "EndedReplaced",
        "idle" => "EndedIdle",
        "age" => "EndedAge",
        "provider" => "EndedProvider",
        "tenant" => "EndedTenant",
        "pages" => "EndedPages",
        _ => "EndedSignedOut",
    };
}

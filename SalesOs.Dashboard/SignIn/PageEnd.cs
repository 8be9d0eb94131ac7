namespace SalesOs.Dashboard.SignIn;

/// <summary>Why an open page can't go on; a closed list, worded by the page <c>/page-ended</c>.</summary>
public enum PageEnd
{
    /// <summary>The person signed out, in this page or another.</summary>
    SignedOut,

    /// <summary>Somebody signed in anew in the same browser.</summary>
    Replaced,

    /// <summary>Nobody did anything for <c>Session:IdleMinutes</c>.</summary>
    Idle,

    /// <summary>The sign-in is older than <c>Session:AbsoluteHours</c>.</summary>
    Age,

    /// <summary>The identity provider ended the session, or no longer vouches for the person.</summary>
    Provider,

    /// <summary>The session went over to another tenant, by choice or because the provider took this one away.</summary>
    TenantChanged,

    /// <summary>The person opened more pages than <c>Session:CircuitsPerUser</c>, and this one was the longest untouched.</summary>
    TooManyPages,
}

public static class PageEnds
{
    public const string Path = "/page-ended";

    /// <summary>The query value <c>reason</c>.</summary>
    public static string CodeOf(PageEnd end) => end switch
    {
        PageEnd.SignedOut => "signed-out",
        PageEnd.Replaced => "replaced",
        PageEnd.Idle => "idle",
        PageEnd.Age => "age",
        PageEnd.Provider => "provider",
        PageEnd.TenantChanged => "tenant",
        PageEnd.TooManyPages => "pages",
    };

    /// <param name="returnUrl">Where the reader may go on: a path of this host.</param>
    public static string AddressOf(PageEnd end, string returnUrl) => $"{Path}?reason={CodeOf(end)}&returnUrl={Uri.EscapeDataString(returnUrl)}";
}

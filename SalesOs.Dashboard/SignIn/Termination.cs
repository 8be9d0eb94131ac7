namespace SalesOs.Dashboard.SignIn;

/// <summary>Why an open page can't go on; a closed list, worded by the page <c>/page-ended</c>. Their numbers are stored with sessions that have ended: a new one comes last.</summary>
public enum Termination
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

public static class Terminations
{
    public const string Path = "/page-ended";

    /// <summary>The query value <c>reason</c>.</summary>
    public static string CodeOf(Termination end) => end switch
    {
        Termination.SignedOut => "signed-out",
        Termination.Replaced => "replaced",
        Termination.Idle => "idle",
        Termination.Age => "age",
        Termination.Provider => "provider",
        Termination.TenantChanged => "tenant",
        Termination.TooManyPages => "pages",
    };

    /// <param name="returnUrl">Where the reader may go on: a path of this host.</param>
    public static string AddressOf(Termination end, string returnUrl) => $"{Path}?reason={CodeOf(end)}&returnUrl={Uri.EscapeDataString(returnUrl)}";
}

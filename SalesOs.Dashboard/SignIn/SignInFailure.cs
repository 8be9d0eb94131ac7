namespace SalesOs.Dashboard.SignIn;

/// <summary>Why a browser's sign-in came to nothing; a closed list, worded by the page <c>/sign-in/failed</c>.</summary>
public enum SignInFailure
{
    /// <summary>The person or the provider declined.</summary>
    Denied,

    /// <summary>The sign-in took too long, or was begun in another browser.</summary>
    Expired,

    /// <summary>What the provider sent doesn't hold.</summary>
    Failed,

    /// <summary>The provider does not answer.</summary>
    Away,

    /// <summary>The person is known to the provider but belongs to no tenant.</summary>
    NoTenant,

    /// <summary>The audit log can't be written, and nobody comes in unrecorded.</summary>
    Unrecorded,
}

public static class SignInFailures
{
    public const string Path = "/sign-in/failed";

    /// <summary>The query value <c>reason</c>.</summary>
    public static string CodeOf(SignInFailure reason) => reason switch
    {
        SignInFailure.Denied => "denied",
        SignInFailure.Expired => "expired",
        SignInFailure.Failed => "failed",
        SignInFailure.Away => "away",
        SignInFailure.NoTenant => "no-tenant",
        SignInFailure.Unrecorded => "unrecorded",
    };

    public static string PageFor(SignInFailure reason) => $"{Path}?reason={CodeOf(reason)}";
}

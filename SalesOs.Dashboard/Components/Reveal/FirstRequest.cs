using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Components.Reveal;

/// <summary>Whether a program has called with the new key yet.</summary>
public abstract record FirstRequest
{
    private FirstRequest()
    {
    }

    public sealed record Waiting : FirstRequest;

    /// <summary>One was let in.</summary>
    public sealed record Arrived(DateTimeOffset At, string? Address) : FirstRequest;

    /// <summary>None was let in yet; this is the latest that was refused.</summary>
    public sealed record Rejected(RejectionView Latest) : FirstRequest;
}

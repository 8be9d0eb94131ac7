namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>What one client was told of one key, written down outside the program.</summary>
internal sealed class LedgerKey(Guid id, string apiKey, string secret, string name)
{
    public Guid Id => id;

    public string ApiKey => apiKey;

    public string Secret => secret;

    /// <summary>The name that was last acknowledged.</summary>
    public string Name { get; set; } = name;

    public bool Revoked { get; set; }

    public bool Deleted { get; set; }

    public bool Paused { get; set; }

    /// <summary>The audit actions that must stand in the log, in their order.</summary>
    public List<string> Actions { get; } = [];

    /// <summary>The one act that was sent and not answered.</summary>
    public Act? Pending { get; set; }

    public string? PendingName { get; set; }

    /// <summary>Requests that the database counted before this life of the program.</summary>
    public long UsageBefore { get; set; }

    /// <summary>When each signed request of this life was let in, by the client's watch.</summary>
    public List<long> Uses { get; } = [];
}

internal enum Act
{
    Create,
    Use,
    Edit,
    Rotate,
    Revoke,

    /// <summary>Or resumes it, when it is paused.</summary>
    Pause,
    Delete,
}

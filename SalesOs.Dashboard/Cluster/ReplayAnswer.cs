namespace SalesOs.Dashboard.Cluster;

/// <summary>What <see cref="ReplayMemory"/> says of a signature.</summary>
public enum ReplayAnswer
{
    New,
    Seen,
    Full,

    /// <summary>It may have been accepted before something was forgotten; that can't be told for <see cref="ReplayMemory.SecondsClosed"/>.</summary>
    Unknown,
}

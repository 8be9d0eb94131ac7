namespace SalesOs.Dashboard.Usage.Revocations;

/// <summary>The socket that this process listens on, as a client reaches it.</summary>
public interface IOwnListener
{
    /// <summary>Sends a GET and waits at most five seconds for its answer.</summary>
    /// <param name="target">Such as <c>/v1/whoami</c>.</param>
    /// <param name="headers">Names and values.</param>
    /// <returns>The answer's status; null when none came.</returns>
    Task<int?> GetAsync(string target, IReadOnlyList<(string Name, string Value)> headers, CancellationToken cancellationToken);
}

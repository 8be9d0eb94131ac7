using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Cluster;

/// <summary>The feed of a process that is alone: whoever changes something tells this process itself.</summary>
public sealed class OwnFeed : IFeed
{
    public bool IsAlone => true;

    public bool IsOpen => true;

    public Task TellAsync(DashboardDbContext db, Topic topic, string text = "") => Task.CompletedTask;

    public void Listen(Topic topic, Action<string> heard)
    {
    }

    public Task ConfirmAsync(Topic topic, long number, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task<bool> AllConfirmedAsync(Topic topic, long number, TimeSpan patience) => Task.FromResult(true);

    public Task AllHaveKeysAsync() => Task.CompletedTask;
}

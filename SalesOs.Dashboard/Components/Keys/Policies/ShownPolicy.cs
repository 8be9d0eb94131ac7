using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.ApiKeys.Policies;

namespace SalesOs.Dashboard.Components.Keys.Policies;

/// <summary>The tenant's policy as the forms of one circuit show it beside their fields, and what their reader says to the other person. It decides nothing: the services ask again.</summary>
/// <param name="load">Null: nobody is signed in any more.</param>
public sealed partial class ShownPolicy(Func<Task<KeyPolicy?>> load, TimeProvider clock, ILogger<ShownPolicy> log)
{
    /// <summary>All fields of a form that opens ask at the same time.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private Task<KeyPolicy?>? loaded;
    private long loadedAt;

    /// <summary>Why another person should consent; it goes with the next act.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Null when it can't be had: the form goes on without.</summary>
    public async Task<KeyPolicy?> GetAsync()
    {
        if (loaded is null || clock.GetElapsedTime(loadedAt) > Kept)
        {
            (loaded, loadedAt) = (load(), clock.GetTimestamp());
        }

        try
        {
            return await loaded;
        }
        catch (Exception fault)
        {
            LogNotLoaded(log, fault);
            return null;
        }
    }

    /// <summary>The caller with what their reader has said.</summary>
    public Caller Speaking(Caller caller) => caller with { ApprovalReason = string.IsNullOrWhiteSpace(Reason) ? null : Reason.Trim() };

    [LoggerMessage(5263, LogLevel.Warning, "The policy could not be loaded for a form.")]
    private static partial void LogNotLoaded(ILogger logger, Exception fault);
}

using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// With <c>MasterKey:Previous</c>: whatever is stored under that key is wrapped anew under the present one, in one transaction with its entry in the platform's chain
/// (guarantee S3). That is done at a start, before anything is opened, and then each minute: nodes that still run with the previous key store under it until they are gone.
/// A start that dies meanwhile leaves all of it as it was, and the next one does it.
/// </summary>
public sealed partial class MasterKeyChange(
    Database database,
    AuditLog audit,
    Vault vault,
    MasterKey master,
    IEnumerable<IWrappedKeys> rooms,
    TimeProvider clock,
    ILogger<MasterKeyChange> logger) : PeriodicJob(TimeSpan.FromMinutes(1), clock)
{
    /// <summary>What the old key opens may still lie on the disk.</summary>
    private bool owesWipe;

    /// <summary>At a start. Does nothing when no previous key is given, or when neither is the one that the database was last opened with.</summary>
    public async Task RunAsync()
    {
        if (master.Warning is { } file)
        {
            OpenToOthers(file);
        }

        if (!master.IsChanged)
        {
            return;
        }

        await using (var db = database.Read(AuditLog.Platform))
        {
            if (!await vault.FitsAsync(db, CancellationToken.None))
            {
                // Neither is right, or the database is empty: proving the master key says so.
                return;
            }
        }

        var wrapped = await database.WriteAsync(AuditLog.Platform, WrapAnewAsync);
        if (wrapped.Count == 0)
        {
            NotNeeded();
        }
        else
        {
            await using var db = database.Read(AuditLog.Platform);
            owesWipe = !await database.Engine.WipeOverwrittenAsync(db, Rows);
            Changed(wrapped.Count);
        }

        foreach (var name in wrapped.Closed)
        {
            DoesNotOpen(name);
        }
    }

    /// <summary>What other nodes have stored under the previous key since.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!master.IsChanged)
        {
            return;
        }

        var wrapped = await database.WriteAsync(AuditLog.Platform, WrapAnewAsync, cancellationToken: cancellationToken);
        if (wrapped.Count > 0)
        {
            owesWipe = true;
            Changed(wrapped.Count);
        }

        if (owesWipe)
        {
            owesWipe = !await database.WipeFreedAsync(Rows, cancellationToken);
        }
    }

    protected override Task RoundAsync(CancellationToken cancellationToken) => LookAsync(cancellationToken);

    private Type[] Rows => [.. rooms.Select(room => room.Row)];

    private async Task<WrappedAnew> WrapAnewAsync(DashboardDbContext db)
    {
        var count = 0;
        var closed = new List<string>();
        foreach (var room in rooms)
        {
            var wrapped = await room.WrapAnewAsync(db, master);
            count += wrapped.Count;
            closed.AddRange(wrapped.Closed);
        }

        if (count > 0)
        {
            await audit.AppendAsync(db, new AuditEvent(AuditActions.MasterKeyRotated, Detail: new JsonObject { ["keys"] = count, ["not_opened"] = closed.Count }), caller: null);
        }

        return new WrappedAnew(count, closed);
    }

    [LoggerMessage(2001, LogLevel.Warning, "MasterKey:File: {File} can be read by others than its owner.")]
    private partial void OpenToOthers(string file);

    [LoggerMessage(2002, LogLevel.Warning, "{Keys} stored keys are under the new master key now. Once every node runs with it, take MasterKey:Previous away; it opens nothing any more.")]
    private partial void Changed(int keys);

    [LoggerMessage(2003, LogLevel.Warning, "MasterKey:Previous is set but no longer needed: the database is under the present master key. Take it away once every node runs with that.")]
    private partial void NotNeeded();

    [LoggerMessage(2004, LogLevel.Critical, "What is stored for {Name} did not open under the previous master key and was left as it is: it was changed, or belongs elsewhere.")]
    private partial void DoesNotOpen(string name);

    [LoggerMessage(2022, LogLevel.Error, "What other nodes have stored under the previous master key could not be wrapped anew; it is tried again in a minute.")]
    protected override partial void Failed(Exception fault);
}

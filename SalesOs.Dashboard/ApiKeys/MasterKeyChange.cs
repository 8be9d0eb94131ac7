using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// At a start with <c>MasterKey:Previous</c>: whatever is stored under that key is wrapped anew under the present one, in one transaction with its entry
/// in the platform's chain (guarantee S3). A start that dies meanwhile leaves all of it as it was, and the next one does it.
/// </summary>
public sealed partial class MasterKeyChange(
    Database database,
    AuditLog audit,
    Vault vault,
    MasterKey master,
    IEnumerable<IWrappedKeys> rooms,
    ILogger<MasterKeyChange> logger)
{
    /// <summary>Does nothing when no previous key is given, or when it is not the one that the database was last opened with.</summary>
    public async Task RunAsync()
    {
        if (master.Warning is { } file)
        {
            OpenToOthers(file);
        }

        if (master.Previous is not { } previous)
        {
            return;
        }

        await using (var db = database.Read(AuditLog.Platform))
        {
            if (await vault.FitsAsync(db, CancellationToken.None))
            {
                NotNeeded();
                return;
            }

            if (!await vault.FitsPreviousAsync(db, CancellationToken.None))
            {
                // Neither is right, or the database is empty: proving the master key says so.
                return;
            }
        }

        var wrapped = await database.WriteAsync(AuditLog.Platform, db => WrapAnewAsync(db, previous));
        await ForgetOldAsync();
        Changed(wrapped.Count);
        foreach (var name in wrapped.Closed)
        {
            DoesNotOpen(name);
        }
    }

    private async Task<WrappedAnew> WrapAnewAsync(DashboardDbContext db, MasterKey previous)
    {
        var count = 0;
        var closed = new List<string>();
        foreach (var room in rooms)
        {
            var wrapped = await room.WrapAnewAsync(db, previous, master);
            count += wrapped.Count;
            closed.AddRange(wrapped.Closed);
        }

        await audit.AppendAsync(db, new AuditEvent(AuditActions.MasterKeyRotated, Detail: new JsonObject { ["keys"] = count, ["not_opened"] = closed.Count }), caller: null);
        return new WrappedAnew(count, closed);
    }

    /// <summary>What the old key opens would stay on the disk until it is overwritten.</summary>
    private async Task ForgetOldAsync()
    {
        await using var db = database.Read(AuditLog.Platform);
        await database.Engine.WipeOverwrittenAsync(db, [.. rooms.Select(room => room.Row)]);
    }

    [LoggerMessage(2001, LogLevel.Warning, "MasterKey:File: {File} can be read by others than its owner.")]
    private partial void OpenToOthers(string file);

    [LoggerMessage(2002, LogLevel.Warning, "{Keys} stored keys are under the new master key now. Take MasterKey:Previous away; it opens nothing any more.")]
    private partial void Changed(int keys);

    [LoggerMessage(2003, LogLevel.Warning, "MasterKey:Previous is set but no longer needed: the database is under the present master key. Take it away.")]
    private partial void NotNeeded();

    [LoggerMessage(2004, LogLevel.Critical, "What is stored for {Name} did not open under the previous master key and was left as it is: it was changed, or belongs elsewhere.")]
    private partial void DoesNotOpen(string name);
}

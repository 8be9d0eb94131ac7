using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Sales;

/// <summary>Leads of one partition: another's are absent.</summary>
public sealed class LeadService(Database database, TimeProvider clock)
{
    public async Task<Result<LeadView>> CreateAsync(DataPartition partition, Parsed<LeadFields> fields, CancellationToken cancellationToken = default)
    {
        var faults = fields.Faults(f => LeadRules.Faults(f, isNew: true));
        if (faults.Count > 0)
        {
            return Error.Invalid(faults);
        }

        var lead = Lead.From(partition, fields.Value!, clock.GetUtcNow());
        return await database.WriteAsync(
            partition.TenantId,
            db =>
            {
                db.Add(lead);
                return Task.FromResult(LeadView.Of(lead));
            },
            committed: null,
            cancellationToken);
    }

    public async Task<Result<LeadView>> GetAsync(DataPartition partition, Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = database.Read(partition.TenantId);
        var lead = await db.In<Lead>(partition).SingleOrDefaultAsync(l => l.Id == id, cancellationToken);
        return lead is null ? new Error(ErrorReason.NotFound) : LeadView.Of(lead);
    }

    public async Task<LeadPage> ListAsync(DataPartition partition, LeadQuery query, CancellationToken cancellationToken = default)
    {
        await using var db = database.Read(partition.TenantId);
        var matching = query.Filter(db.In<Lead>(partition));
        var total = await matching.LongCountAsync(cancellationToken);
        var leads = await query.Cut(matching).ToListAsync(cancellationToken);
        return new LeadPage([.. leads.Select(LeadView.Of)], total);
    }

    /// <summary>Changes what is given; <c>{}</c> changes nothing, <c>updated_at</c> included.</summary>
    public async Task<Result<LeadView>> PatchAsync(DataPartition partition, Guid id, Parsed<LeadFields> fields, CancellationToken cancellationToken = default)
    {
        // An absent lead is absent whatever the fields say, but the write lock is no place to find faults in.
        var faults = fields.Faults(f => LeadRules.Faults(f, isNew: false));
        if (faults.Count > 0 || !fields.Value!.SetsAnything)
        {
            var found = await GetAsync(partition, id, cancellationToken);
            return found.Done && faults.Count > 0 ? Error.Invalid(faults) : found;
        }

        return await database.WriteAsync(partition.TenantId, db => ChangeAsync(db, partition, id, fields.Value, cancellationToken), committed: null, cancellationToken);
    }

    private async Task<Result<LeadView>> ChangeAsync(
        DashboardDbContext db, DataPartition partition, Guid id, LeadFields fields, CancellationToken cancellationToken)
    {
        var lead = await db.In<Lead>(partition).SingleOrDefaultAsync(l => l.Id == id, cancellationToken);
        if (lead is null)
        {
            return new Error(ErrorReason.NotFound);
        }

        if (!LeadRules.IsReachable(fields.Email.Or(lead.Email), fields.Phone.Or(lead.Phone)))
        {
            return Error.Invalid([LeadRules.NoWayToReach]);
        }

        lead.Update(fields, clock.GetUtcNow());
        return LeadView.Of(lead);
    }
}

/// <summary>A lead as programs see it; the names are the API's.</summary>
/// <param name="CustomFields">An object.</param>
public sealed record LeadView(
    Guid Id,
    string Name,
    string? Email,
    string? Phone,
    string? Company,
    string? Position,
    string? Source,
    LeadStatus Status,
    JsonElement CustomFields,
    IReadOnlyList<string> Tags,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static LeadView Of(Lead lead) => new(
        lead.Id,
        lead.Name,
        lead.Email,
        lead.Phone,
        lead.Company,
        lead.Position,
        lead.Source,
        lead.Status,
        OpenFields.Read(lead.CustomFields),
        lead.Tags,
        lead.CreatedAt,
        lead.UpdatedAt);
}

/// <param name="Total">Leads that match, on all pages.</param>
public sealed record LeadPage(IReadOnlyList<LeadView> Leads, long Total);

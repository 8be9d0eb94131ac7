using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Sales;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Sales;

/// <summary>The Sales services over one database, with a clock that stands still.</summary>
public abstract class SalesTest : IAsyncLifetime
{
    protected static readonly DataPartition Acme = new("acme", DataEnvironment.Live);
    protected static readonly DataPartition AcmeTest = new("acme", DataEnvironment.Test);
    protected static readonly DataPartition Other = new("other", DataEnvironment.Live);

    private TestDatabase database = null!;

    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    protected CollaboratorSync Collaborators => new(database.Database, Clock);

    protected ActivitySync Activities => new(database.Database, Clock);

    protected LeadService Leads => new(database.Database, Clock);

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static IReadOnlyList<Parsed<T>> Rows<T>(params IEnumerable<T> rows)
        where T : class => [.. rows.Select((row, i) => new Parsed<T>(row, [], i))];

    protected static CollaboratorRow Ana(string email = "ana@example.com") => new() { ExternalId = "c-1", Name = "Ana", Email = email };

    protected static ActivityRow Call(string externalId, string email = "ana@example.com") =>
        new() { ActivityCode = "001", ExternalId = externalId, CollaboratorEmail = email };

    protected async Task<IReadOnlyList<T>> StoredAsync<T>(DataPartition partition)
        where T : class, IPartitioned
    {
        await using var db = database.Database.Read(partition.TenantId);
        return await db.Set<T>().Where(row => row.Environment == partition.Environment).ToListAsync();
    }
}

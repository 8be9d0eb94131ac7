using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SalesOs.Dashboard.Persistence;

/// <summary>
/// On a migration that only expands: the oldest program that may run on the schema that it leaves. A program is named by the latest migration that it came with. Without it
/// the migration is for programs that know it alone.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SchemaFloorAttribute(string migration) : Attribute
{
    public string Migration => migration;
}

/// <summary>
/// Which programs may run on a database: those that know the migration that is its floor, so that nodes of the release before go on while the schema is a newer one's
/// already. The floor stands in the database, where an older program finds it that knows nothing of what has been applied since.
/// </summary>
internal static class SchemaFloor
{
    /// <summary>The floor that these migrations leave together.</summary>
    public static string Of(IReadOnlyDictionary<string, TypeInfo> migrations) =>
        migrations.Select(m => m.Value.GetCustomAttribute<SchemaFloorAttribute>()?.Migration ?? m.Key).Max(StringComparer.Ordinal)!;

    /// <summary>Raises the floor to that of this program; comes before its migrations, in which a program that dies must not leave a floor that is too low.</summary>
    /// <param name="named">How a line for the operator begins.</param>
    /// <exception cref="StartupFaultException">This program is below the floor, and nothing was changed.</exception>
    public static async Task RaiseAsync(DashboardDbContext db, string named, CancellationToken cancellationToken)
    {
        var known = db.Database.GetMigrations().ToList();
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        // A table beside the migrations' own: it must be there before the first of them, and for programs of any age.
        await db.Database.ExecuteSqlRawAsync("""CREATE TABLE IF NOT EXISTS "schema_floor" ("Id" integer PRIMARY KEY, "Migration" text NOT NULL)""", cancellationToken);
        var stored = (await db.Database.SqlQuery<string>($"""SELECT "Migration" AS "Value" FROM "schema_floor" """).ToListAsync(cancellationToken)).SingleOrDefault();
        if (applied.Except(known, StringComparer.Ordinal).LastOrDefault() is { } unknown && (stored is null || !known.Contains(stored, StringComparer.Ordinal) || known.Except(applied, StringComparer.Ordinal).Any()))
        {
            throw new StartupFaultException(
                $"{named} was made by a newer version (it has {unknown}{(stored is null ? "" : $", and needs a version that knows {stored}")}). Start that version, or restore a backup made by this one.");
        }

        var own = Of(db.GetService<IMigrationsAssembly>().Migrations);
        if (string.CompareOrdinal(own, stored) > 0)
        {
            await db.Database.ExecuteSqlAsync(
                $"""INSERT INTO "schema_floor" ("Id", "Migration") VALUES (1, {own}) ON CONFLICT ("Id") DO UPDATE SET "Migration" = excluded."Migration" """, cancellationToken);
        }
    }
}

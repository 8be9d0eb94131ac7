using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>Many rows of the API keys' table as copies of one, on either engine, in one statement each.</summary>
internal static class CopiedKeys
{
    /// <param name="model">The id of the key that is copied.</param>
    /// <param name="properties">The properties of <see cref="ApiKey"/> that differ from the model's; the others are the model's.</param>
    /// <param name="rows">For each copy the values of <paramref name="properties"/>, in their order and types.</param>
    public static async Task AddAsync(DashboardDbContext db, Guid model, IReadOnlyList<string> properties, IEnumerable<object?[]> rows)
    {
        var entity = db.Model.FindEntityType(typeof(ApiKey))!;
        await using var copy = db.Database.GetDbConnection().CreateCommand();
        var own = properties.Select(name => Parameter(copy, entity.FindProperty(name)!.GetRelationalTypeMapping(), "@" + name)).ToList();
        var id = Parameter(copy, entity.FindProperty(nameof(ApiKey.Id))!.GetRelationalTypeMapping(), "@model");
        var columns = entity.GetProperties().Where(p => p.GetComputedColumnSql() is null).ToList();
#pragma warning disable CA2100 // The names are the model's own.
        copy.CommandText = $"INSERT INTO \"api_keys\" ({string.Join(',', columns.Select(p => $"\"{p.GetColumnName()}\""))}) SELECT "
            + string.Join(',', columns.Select(p => properties.Contains(p.Name, StringComparer.Ordinal) ? "@" + p.Name : $"\"{p.GetColumnName()}\""))
            + $" FROM \"api_keys\" WHERE \"{nameof(ApiKey.Id)}\" = @model";
#pragma warning restore CA2100
        Set(id, model);
        foreach (var row in rows)
        {
            for (var i = 0; i < own.Count; i++)
            {
                Set(own[i], row[i]);
            }

            await copy.ExecuteNonQueryAsync();
        }
    }

    private static (DbParameter Parameter, RelationalTypeMapping Mapping) Parameter(DbCommand command, RelationalTypeMapping mapping, string name)
    {
        var parameter = mapping.CreateParameter(command, name, value: null, nullable: true);
        command.Parameters.Add(parameter);
        return (parameter, mapping);
    }

    private static void Set((DbParameter Parameter, RelationalTypeMapping Mapping) column, object? value) =>
        column.Parameter.Value = value is null ? DBNull.Value : column.Mapping.Converter?.ConvertToProvider(value) ?? value;
}

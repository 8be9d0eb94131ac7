using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SalesOs.Dashboard.Tests.Architecture;

namespace SalesOs.Dashboard.Tests.Persistence.Postgres;

/// <summary>Says what tests write by hand, to spoil a row or to have the database refuse, in PostgreSQL's words. EF's own statements, which quote every name, are left alone.</summary>
internal sealed class RawSql : DbCommandInterceptor
{
    private static readonly (Regex From, string To)[] Words =
    [
        (Pattern.Of(@"^CREATE TRIGGER (?<name>\w+) BEFORE INSERT ON (?<table>\w+)(?<when> WHEN .*?)? BEGIN SELECT RAISE\(ABORT, (?<text>'[^']*')\); END$"),
            "CREATE FUNCTION ${name}() RETURNS trigger AS $$$$ BEGIN RAISE EXCEPTION ${text}; END $$$$ LANGUAGE plpgsql; CREATE TRIGGER ${name} BEFORE INSERT ON ${table} FOR EACH ROW${when} EXECUTE FUNCTION ${name}()"),
        (Pattern.Of(@" WHEN (?<condition>.*?) EXECUTE FUNCTION"), " WHEN (${condition}) EXECUTE FUNCTION"),
        (Pattern.Of(@"^DROP TRIGGER (?<name>\w+)$"), "DROP FUNCTION ${name}() CASCADE"),
        (Pattern.Of(@"^PRAGMA defer_foreign_keys=ON$"), "SET CONSTRAINTS ALL DEFERRED"),
        (Pattern.Of(@"^PRAGMA user_version = (?<form>\d+)$"), "UPDATE folded_form SET Form = ${form}"),
        (Pattern.Of(@"CAST\(replace\(CAST\((?<column>\w+) AS TEXT\), (?<before>'[^']*'), (?<after>'[^']*')\) AS BLOB\)"),
            "convert_to(replace(convert_from(${column}, 'UTF8'), ${before}, ${after}), 'UTF8')"),
        (Pattern.Of(@"zeroblob\((?<size>\d+)\)"), "decode(repeat('00', ${size}), 'hex')"),
        (Pattern.Of(@"\bX'(?<hex>[0-9A-Fa-f]*)'"), @"'\x${hex}'::bytea"),
    ];

    private static readonly Regex TextOrName = Pattern.Of(@"'[^']*'|(?<name>\b[A-Z][a-z]\w*)");

    public static string Of(string sql)
    {
        if (sql.Contains('"', StringComparison.Ordinal))
        {
            return sql;
        }

        var said = Words.Aggregate(sql, (text, word) => word.From.Replace(text, word.To));
        return TextOrName.Replace(said, match => match.Groups["name"].Success ? $"\"{match.Value}\"" : match.Value);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
#pragma warning disable CA2100 // A test's own words.
        command.CommandText = Of(command.CommandText);
#pragma warning restore CA2100
        return ValueTask.FromResult(result);
    }
}

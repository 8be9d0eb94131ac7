using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace SalesOs.Dashboard.Persistence.Postgres;

/// <summary>What a fault of the server or of the line to it means.</summary>
internal static class PostgresFaults
{
    /// <summary>The server has ended a transaction in which nothing was asked for too long.</summary>
    private const string HeldTooLong = "25P03";

    /// <summary>Whether the same change may go through when it is run once more: it met another, or its connection was from before a restart.</summary>
    public static bool IsAgain(Exception fault) => Of(fault) switch
    {
        // A foreign or unique key can be broken by a change of another tenant, or of none, which the next try sees.
        PostgresException server => server.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.UniqueViolation or HeldTooLong or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown,
        NpgsqlException line => line.InnerException is IOException or SocketException,
        _ => false,
    };

    /// <summary>Not a rule that a change breaks, but the server, its disk, or the line to it.</summary>
    public static bool CannotWrite(Exception fault) => fault is StoreException || Of(fault) switch
    {
        // Classes: connection, insufficient resources (a full disk), operator intervention, system error; and a server that only reads.
        PostgresException server => server.SqlState[..2] is "08" or "53" or "57" or "58" || server.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException => true,
        _ => false,
    };

    /// <summary>In one line, without what may be a secret.</summary>
    public static string Words(Exception fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => "the user or the password is wrong.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "there is no such database. Make it: CREATE DATABASE … ENCODING 'UTF8'",
        PostgresException server => server.MessageText.ReplaceLineEndings(" "),
        _ => (fault.InnerException is { } inner ? $"{fault.Message} {inner.Message}" : fault.Message).ReplaceLineEndings(" "),
    };

    /// <summary>Npgsql's own, within what EF has made of it.</summary>
    private static DbException? Of(Exception fault) => fault as NpgsqlException ?? fault.InnerException as NpgsqlException;
}

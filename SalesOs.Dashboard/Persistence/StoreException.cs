using System.Data.Common;

namespace SalesOs.Dashboard.Persistence;

/// <summary>The database that this process opened is no longer to be had under its name, or its mark can't be written. Answered like any fault of the database.</summary>
public sealed class StoreException(string message, Exception? inner = null) : DbException(message, inner);

using Xunit.v3;

namespace SalesOs.Dashboard.Tests.Persistence.Postgres;

/// <summary>Marks a class whose tests, inherited from the class that runs them on SQLite, run on PostgreSQL: what they expect is written once.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OnPostgresAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Engine", "Postgres")];
}

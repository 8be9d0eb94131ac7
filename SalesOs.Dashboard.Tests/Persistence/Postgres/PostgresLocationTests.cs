using Microsoft.Extensions.Configuration;
using Npgsql;
using SalesOs.Dashboard.Persistence.Postgres;

namespace SalesOs.Dashboard.Tests.Persistence.Postgres;

public class PostgresLocationTests
{
    [Theory]
    [InlineData("Host=db;Database=keys", "-c max_parallel_workers_per_gather=0 -c jit=off -c random_page_cost=1.1", 30)]
    [InlineData("Host=db;Database=keys;Options=-c jit=on;Maximum Pool Size=7", "-c jit=on", 7)]
    [InlineData("Host=db;Database=keys;Options=", null, 30)]
    public void Defaults_HoldWhereTheOperatorNamesNothingElse(string given, string? options, int pool)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Data:Directory"] = "/data",
            ["MasterKey:File"] = "/master.key",
            ["Database:ConnectionString"] = given,
        }).Build();

        var parts = new NpgsqlConnectionStringBuilder(PostgresLocation.From(configuration, "/").ConnectionString);

        (parts.Options, parts.MaxPoolSize, parts.CommandTimeout).ShouldBe((options, pool, 5));
    }
}

using Microsoft.Extensions.Configuration;
using SalesOs.Dashboard.Cluster;

namespace SalesOs.Dashboard.Tests.Hosting;

public class RedisSettingsTests
{
    [Theory]
    [InlineData("Redis:ConnectionString", "127.0.0.1:6379", "Redis:ConnectionString: Redis holds what several nodes share")]
    [InlineData("Redis:ConnectionString", "a=b=c,=,", "Redis:ConnectionString: write it")]
    [InlineData("Redis:KeyPrefix", "{other}", "Redis:KeyPrefix: write")]
    [InlineData("Redis:KeyPrefix", "", "Redis:KeyPrefix: write")]
    [InlineData("Node:Name", "two words", "Node:Name: write")]
    [InlineData("Gate:WithoutRedis", "Degrade", "Gate:WithoutRedis: write Refuse")]
    public void Faults_OfAWrongValue_NameIt(string setting, string value, string fault) =>
        ClusterOptions.Faults(Configuration((setting, value))).ShouldContain(line => line.StartsWith(fault, StringComparison.Ordinal));

    [Fact]
    public void Faults_WithPostgres_HasNone() =>
        ClusterOptions.Faults(Configuration(("Redis:ConnectionString", "redis:6379,ssl=true,user=a,password=b"), ("Database:Provider", "Postgres"))).ShouldBeEmpty();

    [Fact]
    public void Options_AsText_KeepThePasswordToThemselves() =>
        ClusterOptions.From(Configuration(("Redis:ConnectionString", "redis:6379,password=canary"))).ToString().ShouldNotContain("canary");

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))).Build();
}

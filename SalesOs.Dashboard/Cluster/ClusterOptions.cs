using SalesOs.Dashboard.Persistence;
using StackExchange.Redis;

namespace SalesOs.Dashboard.Cluster;

/// <param name="WindowSeconds">How far a timestamp may stand from the clock, either way, inclusive; so long is a signature remembered.</param>
/// <param name="Redis">Where the nodes share their memory; null: this process is alone.</param>
/// <param name="NodeName">What this node is called, as the operator says.</param>
public sealed record ClusterOptions(int WindowSeconds, RedisOptions? Redis = null, string NodeName = "node")
{
    /// <summary>The gate judges by it too.</summary>
    public static readonly NumberSetting WindowSetting = new("Gate:WindowSeconds", 30, 1, 300);

    private const string ConnectionSetting = "Redis:ConnectionString";
    private const string PrefixSetting = "Redis:KeyPrefix";
    private const string WithoutSetting = "Gate:WithoutRedis";
    private const string NameSetting = "Node:Name";

    private static readonly NumberSetting PatienceSetting = new("Redis:PatienceMilliseconds", 250, 20, 5000);

    public static IReadOnlyList<Setting> Settings { get; } = [WindowSetting, PatienceSetting];

    public static ClusterOptions From(IConfiguration configuration) => new(
        WindowSetting.IntOf(configuration),
        configuration[ConnectionSetting] is { Length: > 0 } text
            ? new RedisOptions(text, configuration[PrefixSetting] ?? "salesos", TimeSpan.FromMilliseconds(PatienceSetting.Of(configuration)))
            : null,
        configuration[NameSetting] is { Length: > 0 } name ? name : Environment.MachineName);

    /// <summary>Whether other nodes are to work on the same database.</summary>
    public static bool IsShared(IConfiguration configuration) => configuration[ConnectionSetting] is { Length: > 0 };

    /// <summary>What is wrong with the texts; a line each, beginning with the setting's key.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (configuration[ConnectionSetting] is { Length: > 0 } text)
        {
            if (!IsConnection(text))
            {
                yield return $"{ConnectionSetting}: write it as StackExchange.Redis does, such as redis.example:6379,ssl=true,user=salesos,password=….";
            }

            if (!SharesDatabase(configuration))
            {
                yield return $"{ConnectionSetting}: Redis holds what several nodes share, and nodes can't share SQLite. Leave it empty, or set Database:Provider to Postgres.";
            }
        }

        if (configuration[PrefixSetting] is { } prefix && !IsPlain(prefix))
        {
            yield return $"{PrefixSetting}: write 1 to 64 letters, digits, dots, underscores or hyphens.";
        }

        if (configuration[NameSetting] is { Length: > 0 } name && !IsPlain(name))
        {
            yield return $"{NameSetting}: write 1 to 64 letters, digits, dots, underscores or hyphens, or leave it empty for the machine's name.";
        }

        if (configuration[WithoutSetting] is { } without && without != "Refuse")
        {
            yield return $"{WithoutSetting}: write Refuse.";
        }
    }

    /// <summary>The one place that knows which database goes with Redis.</summary>
    private static bool SharesDatabase(IConfiguration configuration) => string.Equals(configuration["Database:Provider"], "Postgres", StringComparison.OrdinalIgnoreCase);

    private static bool IsConnection(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsPlain(string prefix) => prefix.Length is > 0 and <= 64 && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}

/// <param name="ConnectionString">In StackExchange.Redis's form; it may hold a password.</param>
/// <param name="KeyPrefix">What every name begins with, in braces.</param>
/// <param name="Patience">How long a signed request waits.</param>
public sealed record RedisOptions(string ConnectionString, string KeyPrefix, TimeSpan Patience)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"{KeyPrefix}, {Patience}";
}

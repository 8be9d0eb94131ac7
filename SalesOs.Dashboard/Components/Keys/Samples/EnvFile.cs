using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>The two values as lines of a <c>.env</c> file, under the names that the samples read.</summary>
public static class EnvFile
{
    public const string KeyName = "SALESOS_API_KEY";
    public const string SecretName = "SALESOS_API_KEY_SECRET";

    /// <param name="baseAddress">Without a slash at the end.</param>
    public static string For(CreatedKey created, string baseAddress) =>
        $"SALESOS_BASE_URL={baseAddress}\n{KeyName}={created.ApiKey}\n{SecretName}={created.Secret}\n";
}

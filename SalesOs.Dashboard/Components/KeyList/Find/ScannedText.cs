using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.KeyList.Find;

/// <summary>What the page's script found in a text that was pasted. Nothing else of the text leaves the browser.</summary>
/// <param name="Keys">API keys, whole or as the table shows them, each once.</param>
/// <param name="Secret">A secret stood there, or the beginning of one.</param>
/// <param name="Environments"><c>live</c>, <c>test</c>: of the secrets, where they say it.</param>
/// <param name="Secrets">How many whole secrets stand there, which could be looked up.</param>
/// <param name="Damaged">How many have the form of an API key but not its checksum.</param>
/// <param name="More">How many more API keys stand there than are looked up at once.</param>
public sealed record ScannedText(string[] Keys, bool Secret = false, string[]? Environments = null, int Damaged = 0, int Secrets = 0, int More = 0)
{
    /// <summary>The environments whose secrets stood there; empty where that could not be told.</summary>
    public IReadOnlyList<KeyEnvironment> SecretsOf => [.. Enum.GetValues<KeyEnvironment>().Where(e => Environments?.Contains(e.ToString(), StringComparer.OrdinalIgnoreCase) == true)];
}

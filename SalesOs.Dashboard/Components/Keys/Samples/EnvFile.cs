using System.Globalization;
using System.Text;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>The two values as lines of a <c>.env</c> file, under the names that the samples read.</summary>
public static class EnvFile
{
    public const string KeyName = "SALESOS_API_KEY";
    public const string SecretName = "SALESOS_API_KEY_SECRET";

    private const int MostLetters = 60;

    /// <summary>A file's name after the key's, such as <c>crm-sync.env</c>: letters and digits, with hyphens between.</summary>
    public static string NameFor(string keyName)
    {
        var plain = keyName.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark);
        var words = string.Concat(plain.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('-', words).Normalize();
        return (name.Length == 0 ? "salesos" : name[..Math.Min(name.Length, MostLetters)].TrimEnd('-')) + ".env";
    }

    /// <summary>What makes a shell load the file, so that the programs which it starts have the values too.</summary>
    public static string LoadCommand(string file) => $"set -a; . ./{file}; set +a";

    /// <param name="baseAddress">Without a slash at the end.</param>
    public static string For(CreatedKey created, string baseAddress) =>
        $"SALESOS_BASE_URL={baseAddress}\n{KeyName}={created.ApiKey}\n{SecretName}={created.Secret}\n";
}

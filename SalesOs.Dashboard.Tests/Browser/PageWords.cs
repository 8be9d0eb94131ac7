using System.Collections;
using System.Globalization;
using System.Resources;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>What the pages say in Portuguese for what they say in English, from their own resources.</summary>
internal static class PageWords
{
    private static readonly Lazy<ILookup<string, string>> Pairs = new(() => typeof(Words<>).Assembly.GetTypes()
        .Where(t => t.Namespace?.StartsWith("SalesOs.Dashboard.Components", StringComparison.Ordinal) == true && t.Name.EndsWith("Texts", StringComparison.Ordinal))
        .SelectMany(PairsOf)
        .ToLookup(pair => pair.English, pair => pair.Portuguese, StringComparer.Ordinal));

    /// <param name="english">A whole text of a resource, with its placeholders as they stand there.</param>
    public static string InPortuguese(string english) =>
        Pairs.Value[english].Distinct(StringComparer.Ordinal).ToList() is [var one] ? one : throw new ArgumentException($"Not one text in Portuguese: {english}", nameof(english));

    private static IEnumerable<(string English, string Portuguese)> PairsOf(Type texts)
    {
        var resources = new ResourceManager(texts);
        using var english = resources.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: true)!;
        foreach (DictionaryEntry text in english)
        {
            yield return ((string)text.Value!, resources.GetString((string)text.Key, CultureInfo.GetCultureInfo("pt-BR"))!);
        }
    }
}

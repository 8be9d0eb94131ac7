using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Localization;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>The words of one feature in the reader's language, from the resource beside <typeparamref name="T"/>.</summary>
public sealed class Words<T>(IStringLocalizer<T> texts)
{
    private static readonly ConcurrentDictionary<string, IcuMessage> Parsed = new(StringComparer.Ordinal);

    public string this[string key] => texts[key].Value;

    /// <summary>For keys that come from data.</summary>
    public bool Has(string key) => !texts[key].ResourceNotFound;

    /// <summary>The text with its placeholders filled; plurals follow the language.</summary>
    public string this[string key, params IReadOnlyList<(string Name, object? Value)> values] =>
        Parsed.GetOrAdd(texts[key].Value, IcuMessage.Parse)
            .Format(CultureInfo.CurrentUICulture, values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal));
}

using System.Text;
using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Components.Kit;

/// <summary>
/// A text with places to fill: <c>{{name}}</c>. A line that begins with <c>{{if name}}</c> stands only where there is such a value, and one that begins with
/// <c>{{unless name}}</c> only where there is none.
/// </summary>
public static partial class TextTemplate
{
    /// <param name="valueOf">The value of a name; null: there is none.</param>
    /// <returns>The text with line feeds between its lines.</returns>
    /// <exception cref="FormatException">A place that stays has no value.</exception>
    public static string Fill(string template, Func<string, string?> valueOf)
    {
        var filled = new StringBuilder(template.Length);
        foreach (var line in template.Split('\n'))
        {
            var condition = Condition().Match(line);
            if (condition.Success && (valueOf(condition.Groups["name"].Value) is not null) != (condition.Groups["word"].Value == "if"))
            {
                continue;
            }

            filled.Append(Place().Replace(line[condition.Length..], place =>
                valueOf(place.Groups["name"].Value) ?? throw new FormatException($"The template names {place.Value}, which has no value."))).Append('\n');
        }

        return filled.ToString(0, filled.Length - 1);
    }

    [GeneratedRegex(@"^\{\{(?<word>if|unless) (?<name>\w+)\}\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Condition();

    [GeneratedRegex(@"\{\{(?<name>\w+( \w+)?)\}\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}

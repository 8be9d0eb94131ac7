using System.Globalization;
using System.Text;

namespace SalesOs.Dashboard.Answers;

/// <summary>
/// A text in the part of ICU's MessageFormat that the program's words need: <c>{name}</c> and
/// <c>{count, plural, =0 {none} one {# key} other {# keys}}</c>. An apostrophe quotes only before a brace, as in ICU.
/// </summary>
/// <remarks>A text that does not parse throws <see cref="FormatException"/>; a test parses every resource.</remarks>
public sealed class IcuMessage
{
    private readonly IReadOnlyList<Part> parts;

    private IcuMessage(IReadOnlyList<Part> parts) => this.parts = parts;

    /// <summary>The placeholders' names, those inside plural branches included.</summary>
    public IReadOnlySet<string> Placeholders => new SortedSet<string>(parts.SelectMany(p => p.Names), StringComparer.Ordinal);

    public static IcuMessage Parse(string text)
    {
        var position = 0;
        return new IcuMessage(ParseParts(text, ref position, inBranch: false));
    }

    public string Format(CultureInfo culture, IReadOnlyDictionary<string, object?> values)
    {
        var result = new StringBuilder();
        Write(result, parts, culture, values, number: null);
        return result.ToString();
    }

    private static void Write(StringBuilder result, IReadOnlyList<Part> parts, CultureInfo culture, IReadOnlyDictionary<string, object?> values, long? number)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case Literal literal:
                    result.Append(literal.Text);
                    break;
                case Number:
                    result.Append(Shown(number, culture));
                    break;
                case Placeholder placeholder:
                    result.Append(Shown(values[placeholder.Name], culture));
                    break;
                case Plural plural:
                    var count = Convert.ToInt64(values[plural.Name], culture);
                    Write(result, plural.Branch(count, culture), culture, values, count);
                    break;
            }
        }
    }

    private static string Shown(object? value, CultureInfo culture) => value switch
    {
        null => "",
        int or long => ((IFormattable)value).ToString("N0", culture),
        IFormattable formattable => formattable.ToString(format: null, culture),
        _ => value.ToString() ?? "",
    };

    private static List<Part> ParseParts(string text, ref int position, bool inBranch)
    {
        var found = new List<Part>();
        var literal = new StringBuilder();
        while (position < text.Length && !(inBranch && text[position] == '}'))
        {
            var c = text[position];
            if (c == '\'' && position + 1 < text.Length && text[position + 1] is '{' or '}' or '\'')
            {
                position++;
                literal.Append(Quoted(text, ref position));
            }
            else if (c == '{')
            {
                Flush();
                position++;
                found.Add(ParseArgument(text, ref position));
            }
            else if (c == '}')
            {
                throw new FormatException($"An unmatched brace in: {text}");
            }
            else if (c == '#' && inBranch)
            {
                Flush();
                position++;
                found.Add(new Number());
            }
            else
            {
                literal.Append(c);
                position++;
            }
        }

        Flush();
        return found;

        void Flush()
        {
            if (literal.Length > 0)
            {
                found.Add(new Literal(literal.ToString()));
                literal.Clear();
            }
        }
    }

    private static string Quoted(string text, ref int position)
    {
        if (text[position] == '\'')
        {
            position++;
            return "'";
        }

        var end = text.IndexOf('\'', position);
        var quoted = end < 0 ? text[position..] : text[position..end];
        position = end < 0 ? text.Length : end + 1;
        return quoted;
    }

    private static Part ParseArgument(string text, ref int position)
    {
        var name = Until(text, ref position, ",}").Trim();
        if (text[position] == '}')
        {
            position++;
            return new Placeholder(name);
        }

        position++;
        if (Until(text, ref position, ",}").Trim() is not "plural" || text[position] != ',')
        {
            throw new FormatException($"Only plural is known: {text}");
        }

        position++;
        var branches = new Dictionary<string, IReadOnlyList<Part>>(StringComparer.Ordinal);
        while (true)
        {
            var selector = Until(text, ref position, "{}").Trim();
            if (text[position++] == '}')
            {
                return branches.ContainsKey("other") ? new Plural(name, branches) : throw new FormatException($"A plural needs 'other': {text}");
            }

            branches[selector] = ParseParts(text, ref position, inBranch: true);
            position++;
        }
    }

    private static string Until(string text, ref int position, string stops)
    {
        var end = text.AsSpan(position).IndexOfAny(stops);
        if (end < 0)
        {
            throw new FormatException($"An open brace in: {text}");
        }

        var found = text.Substring(position, end);
        position += end;
        return found;
    }

    private abstract record Part
    {
        public virtual IEnumerable<string> Names => [];
    }

    private sealed record Literal(string Text) : Part;

    private sealed record Number : Part;

    private sealed record Placeholder(string Name) : Part
    {
        public override IEnumerable<string> Names => [Name];
    }

    private sealed record Plural(string Name, IReadOnlyDictionary<string, IReadOnlyList<Part>> Branches) : Part
    {
        public override IEnumerable<string> Names => Branches.Values.SelectMany(b => b).SelectMany(p => p.Names).Append(Name);

        public IReadOnlyList<Part> Branch(long count, CultureInfo culture) =>
            Branches.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"={count}"), out var exact) ? exact
            : Branches.TryGetValue(PluralRules.Category(count, culture), out var branch) ? branch
            : Branches["other"];
    }
}

using System.Text.RegularExpressions;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>
/// Blanks out what is not code: comments, preprocessor lines, character and string literals of every kind. The code in an interpolation's holes stays.
/// Line breaks stay where they are, so that positions hold.
/// </summary>
public sealed class CodeOnly
{
    private static readonly Regex EscapedName = Pattern.Of(@"\w*(?:\\u[0-9a-fA-F]{4}\w*)+");
    private static readonly Regex Escape = Pattern.Of(@"\\u(?<code>[0-9a-fA-F]{4})");
    private static readonly Regex RazorComment = Pattern.Of(@"@\*[\s\S]*?\*@|<!--[\s\S]*?-->|^[ \t]*//.*$", RegexOptions.Multiline);

    private readonly string text;
    private readonly char[] code;
    private int at;

    private CodeOnly(string text)
    {
        this.text = text;
        code = text.ToCharArray();
    }

    public static string Of(string text)
    {
        var scan = new CodeOnly(text);
        scan.Code(inHole: false);
        return Unescaped(new string(scan.code));
    }

    /// <summary>Markup can't be told from code without Razor's own parser, so only comments go: better a false alarm than a hole.</summary>
    public static string OfRazor(string text) => RazorComment.Replace(text, comment => Pattern.Blank(comment.Value));

    // An identifier may be spelled \u0043omponents; padded on the right, so that positions hold.
    private static string Unescaped(string code) =>
        EscapedName.Replace(code, name =>
            Escape.Replace(name.Value, escape => ((char)Convert.ToInt32(escape.Groups["code"].Value, 16)).ToString()).PadRight(name.Length));

    private bool Next(string expected) => string.CompareOrdinal(text, at, expected, 0, expected.Length) == 0;

    private void Code(bool inHole)
    {
        var depth = 0;
        while (at < text.Length)
        {
            if (inHole && depth == 0 && text[at] == '}')
            {
                return;
            }

            depth += text[at] switch { '{' or '(' or '[' => 1, '}' or ')' or ']' => -1, _ => 0 };
            if (Next("//") || (text[at] == '#' && IsFirstOnLine()))
            {
                BlankUntil(text.IndexOf('\n', at));
            }
            else if (Next("/*"))
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                BlankUntil(end < 0 ? end : end + 2);
            }
            else if (text[at] == '\'')
            {
                Quoted('\'');
            }
            else if (text[at] == '"' || (text[at] is '$' or '@' && StartsLiteral()))
            {
                Literal();
            }
            else
            {
                at++;
            }
        }
    }

    private bool IsFirstOnLine() => string.IsNullOrWhiteSpace(text[(text.LastIndexOf('\n', at) + 1)..at]);

    private bool StartsLiteral()
    {
        var quote = at;
        while (quote < text.Length && text[quote] is '$' or '@')
        {
            quote++;
        }

        return quote < text.Length && text[quote] == '"';
    }

    private void Literal()
    {
        var start = at;
        while (text[at] != '"')
        {
            at++;
        }

        var dollars = text[start..at].Count(character => character == '$');
        var verbatim = text[start..at].Contains('@', StringComparison.Ordinal);
        var quotes = 0;
        while (at + quotes < text.Length && text[at + quotes] == '"')
        {
            quotes++;
        }

        at = start;
        BlankUntil(start + text[start..].IndexOf('"', StringComparison.Ordinal));
        if (quotes >= 3 && !verbatim)
        {
            Raw(new string('"', quotes), dollars);
        }
        else if (dollars == 0 && !verbatim)
        {
            Quoted('"');
        }
        else
        {
            Interpolated(dollars > 0, verbatim);
        }
    }

    private void Quoted(char quote)
    {
        var end = at + 1;
        while (end < text.Length && text[end] != quote && text[end] != '\n')
        {
            end += text[end] == '\\' ? 2 : 1;
        }

        BlankUntil(end + 1);
    }

    private void Raw(string quotes, int dollars)
    {
        BlankUntil(at + quotes.Length);
        var hole = dollars == 0 ? null : new string('{', dollars);
        while (at < text.Length && !Next(quotes))
        {
            if (hole is not null && Next(hole) && !Next(hole + "{"))
            {
                BlankUntil(at + dollars);
                Code(inHole: true);
                BlankUntil(at + dollars);
            }
            else
            {
                BlankUntil(at + 1);
            }
        }

        BlankUntil(at + quotes.Length);
    }

    private void Interpolated(bool holes, bool verbatim)
    {
        BlankUntil(at + 1);
        while (at < text.Length && (text[at] != '"' || (verbatim && Next("\"\""))))
        {
            if (holes && text[at] == '{' && !Next("{{"))
            {
                BlankUntil(at + 1);
                Code(inHole: true);
                BlankUntil(at + 1);
            }
            else
            {
                BlankUntil(at + (Next("{{") || Next("\"\"") || (!verbatim && text[at] == '\\') ? 2 : 1));
            }
        }

        BlankUntil(at + 1);
    }

    /// <param name="end">Negative or past the end stands for the end.</param>
    private void BlankUntil(int end)
    {
        end = end < 0 || end > text.Length ? text.Length : end;
        for (; at < end; at++)
        {
            code[at] = text[at] is '\n' or '\r' ? text[at] : ' ';
        }
    }
}

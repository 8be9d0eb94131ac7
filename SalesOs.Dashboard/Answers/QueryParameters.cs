using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SalesOs.Dashboard.Answers;

/// <summary>
/// Reads a list's query string and gathers every fault; names that the list does not know are left alone. What is empty is not given.
/// </summary>
public sealed class QueryParameters(IQueryCollection query)
{
    public const int DefaultPerPage = 25;
    public const int MaxPerPage = 100;

    /// <summary>Keeps the row number of the last row on the last page within an <see cref="int"/>.</summary>
    public const int MaxPage = 10_000_000;

    private readonly List<FieldFault> faults = [];

    /// <summary>All that was wrong so far; null when it was sound.</summary>
    public Error? Error => faults.Count == 0 ? null : Error.Invalid(faults);

    /// <summary><c>page</c>, from 1.</summary>
    public int Page() => Whole("page", 1, MaxPage, otherwise: 1);

    /// <summary><c>per_page</c>, 1–100, 25 when it is not given.</summary>
    public int PerPage() => Whole("per_page", 1, MaxPerPage, DefaultPerPage);

    /// <summary><c>sort</c>: a field of <typeparamref name="T"/> in snake_case, with <c>-</c> in front for descending.</summary>
    public (T Field, bool Descending) Sort<T>(T otherwise, bool descending)
        where T : struct, Enum
    {
        if (One("sort") is not { } text)
        {
            return (otherwise, descending);
        }

        var down = text[0] == '-';
        return (Named("sort", down ? text[1..] : text, otherwise), down);
    }

    /// <summary>A member of <typeparamref name="T"/> in snake_case.</summary>
    public T? Choice<T>(string name)
        where T : struct, Enum => One(name) is { } text ? Named(name, text, default(T)) : null;

    /// <summary>A text of one line.</summary>
    /// <param name="maxLength">In Unicode code points.</param>
    public string? Text(string name, int maxLength)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        if (text.Any(char.IsControl) || text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar))
        {
            return Refuse<string?>(name, "must not contain control characters or broken UTF-8", otherwise: null);
        }

        return CodePoints.Count(text) > maxLength
            ? Refuse<string?>(name, FormattableString.Invariant($"must have at most {maxLength} characters"), otherwise: null)
            : text;
    }

    public DateTimeOffset? Time(string name)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        return Rfc3339.TryParse(text, out var time)
            ? time
            : Refuse<DateTimeOffset?>(name, Rfc3339.Rule + "; write + as %2B", otherwise: null);
    }

    public Guid? Id(string name)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        return Guid.TryParseExact(text, "D", out var id) ? id : Refuse<Guid?>(name, "must be a UUID", otherwise: null);
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool? Flag(string name) => OneOf(name, ["true", "false"]) is { } text ? text == "true" : null;

    /// <summary>One of some names, exactly as they are written.</summary>
    public string? OneOf(string name, IReadOnlyList<string> choices)
    {
        var text = One(name);
        return text is null || choices.Contains(text, StringComparer.Ordinal)
            ? text
            : Refuse<string?>(name, $"must be one of {string.Join(", ", choices)}", otherwise: null);
    }

    /// <summary>Adds a fault that only the reader of several values can see.</summary>
    public void Refuse(string name, string message) => faults.Add(new FieldFault(name, message));

    private int Whole(string name, int least, int most, int otherwise)
    {
        if (One(name) is not { } text)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : Refuse(name, FormattableString.Invariant($"must be a whole number from {least} to {most}"), otherwise);
    }

    private T Named<T>(string name, string text, T otherwise)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()) == text)
            {
                return value;
            }
        }

        var choices = Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);
        return Refuse(name, $"must be one of {string.Join(", ", choices)}", otherwise);
    }

    private string? One(string name)
    {
        var values = query[name];
        if (values.Count > 1)
        {
            return Refuse<string?>(name, "is given more than once", otherwise: null);
        }

        return values.FirstOrDefault() is { Length: > 0 } text ? text : null;
    }

    private T Refuse<T>(string name, string message, T otherwise)
    {
        faults.Add(new FieldFault(name, message));
        return otherwise;
    }
}

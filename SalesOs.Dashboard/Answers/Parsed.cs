using System.Diagnostics.CodeAnalysis;

namespace SalesOs.Dashboard.Answers;

/// <summary>What was read from JSON: all of it, or as far as it could be read, so that the faults of form and of rules are told together.</summary>
/// <param name="Value">Its faulty fields stand at their default. Null when there was nothing to read (see <see cref="JsonRecord.Read{T}"/>).</param>
/// <param name="Malformed">What could not be read of single fields: wrong types, unknown names.</param>
/// <param name="Index">The row in a batch, from 0.</param>
public sealed record Parsed<T>(T? Value, IReadOnlyList<FieldFault> Malformed, int? Index = null)
{
    /// <summary>The answer to what could not be read at all, such as a body that is no JSON.</summary>
    public Problem? Unreadable { get; init; }

    /// <summary>The answer to whatever is wrong with the form; null when nothing is.</summary>
    public Problem? Problem => Unreadable ?? (Malformed.Count > 0 ? Problem.Invalid(Malformed) : null);

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsSound => Problem is null;

    public static implicit operator Parsed<T>(T value) => new(value, []);

    public static implicit operator Parsed<T>(Problem problem) => new(default, []) { Unreadable = problem };

    /// <summary>All that is wrong with the fields: the form, and the rules for the fields that have none of it.</summary>
    public IReadOnlyList<FieldFault> Faults(Func<T, IEnumerable<FieldFault>> rules)
    {
        var broken = Value is null ? [] : rules(Value).Where(fault => Malformed.All(m => m.Field != fault.Field));
        return [.. Malformed, .. broken.Select(fault => fault with { Index = Index })];
    }
}

namespace SalesOs.Dashboard.Answers;

/// <summary>A record as far as it could be read from JSON, so that the faults of form and of rules are told together.</summary>
/// <param name="Value">Its faulty fields stand at their default. Null when there was nothing to read (see <see cref="JsonRecord.Read{T}"/>).</param>
/// <param name="Malformed">What could not be read: wrong types, unknown names.</param>
/// <param name="Index">The row in a batch, from 0.</param>
public sealed record Reading<T>(T? Value, IReadOnlyList<FieldFault> Malformed, int? Index = null)
    where T : class
{
    public static implicit operator Reading<T>(T value) => new(value, []);

    /// <summary>All that is wrong: the form, and the rules for the fields that have none of it.</summary>
    public IReadOnlyList<FieldFault> Faults(Func<T, IEnumerable<FieldFault>> rules)
    {
        var broken = Value is null ? [] : rules(Value).Where(fault => Malformed.All(m => m.Field != fault.Field));
        return [.. Malformed, .. broken.Select(fault => fault with { Index = Index })];
    }
}

using System.Diagnostics.CodeAnalysis;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Sales;

/// <summary>A value; or the faults for which there is none; or, with neither, nothing by that id in the caller's partition.</summary>
public readonly record struct Decision<T>
    where T : class
{
    private Decision(T? value, IReadOnlyList<FieldFault> faults)
    {
        Value = value;
        Faults = faults;
    }

    public T? Value { get; }

    public IReadOnlyList<FieldFault> Faults => field ?? [];

    [MemberNotNullWhen(true, nameof(Value))]
    public bool Done => Value is not null;

    public static Decision<T> NotFound => default;

    public static implicit operator Decision<T>(T value) => new(value, []);

    public static Decision<T> Invalid(IReadOnlyList<FieldFault> faults) => new(value: null, faults);
}

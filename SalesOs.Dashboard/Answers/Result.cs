namespace SalesOs.Dashboard.Answers;

/// <summary>Why a service did not do what it was asked; a closed list, worded and mapped to a status at the edges.</summary>
public enum ErrorReason
{
    /// <summary>The caller lacks the capability in <see cref="Error.Capability"/>.</summary>
    MissingCapability,

    /// <summary>Absent, or another tenant's: the two are never told apart.</summary>
    NotFound,

    /// <summary>The request breaks the rules in <see cref="Error.Faults"/> or <see cref="Error.Details"/>.</summary>
    Invalid,

    /// <summary>The tenant holds <c>ApiKeys:MaxPerTenant</c> keys already.</summary>
    TooManyKeys,

    /// <summary>A version was named and the key has changed since.</summary>
    ChangedSince,

    /// <summary>A revoked key is never edited.</summary>
    AlreadyRevoked,

    /// <summary>There is a receipt only of a key that is revoked.</summary>
    NotRevoked,

    /// <summary>An expired or revoked key has no successor.</summary>
    NotActive,

    /// <summary>An expired or revoked key is neither paused nor resumed.</summary>
    Ended,

    /// <summary>The old key of the rotation has expired or is revoked.</summary>
    RotationOver,

    /// <summary>Whoever should get the notice is switched off, not confirmed, or taken away, or there is no mail server.</summary>
    ReceiverOff,

    /// <summary>The same call under the same idempotency key has made <see cref="Error.MadeKey"/> before.</summary>
    AlreadyMade,

    /// <summary>The idempotency key was used for another call.</summary>
    IdempotencyMismatch,

    /// <summary>Done and recorded, but not yet known to hold on every node; that is tried on, and asking again is safe.</summary>
    NotProven,

    /// <summary>The program has been told to stop: no key is made whose values might never be seen.</summary>
    Stopping,

    /// <summary>The tenant's policy forbids it, by the rules in <see cref="Error.Faults"/>; each fault's argument is the rule's bound, where it has one.</summary>
    Policy,

    /// <summary>A version of the policy was named and it has changed since.</summary>
    PolicyChangedSince,

    /// <summary>Another person must consent first, to the request <see cref="Error.Approval"/>. Nothing else was done.</summary>
    NeedsApproval,

    /// <summary>Nobody consents to what they have asked for themselves, nor does a program.</summary>
    OwnRequest,

    /// <summary>The request was decided before, or its time is over.</summary>
    ApprovalOver,
}

/// <summary>A broken rule as a code; the edges word it. <paramref name="Field"/> is the field's name in the HTTP API.</summary>
/// <param name="Code">Such as <c>name_too_long</c>; each has a text in the dashboard's and the API's resources.</param>
/// <param name="Argument">What the text needs, such as the unknown scope or the limit.</param>
public sealed record RuleFault(string Field, string Code, string? Argument = null);

/// <summary>Why there is no value, with what its words need.</summary>
public sealed record Error(ErrorReason Reason)
{
    public IReadOnlyList<RuleFault> Faults { get; init; } = [];

    /// <summary>Faults that have their words already, as those of what integrations write.</summary>
    public IReadOnlyList<FieldFault> Details { get; init; } = [];

    public string? Capability { get; init; }

    /// <summary>The key that the first call made, for <see cref="ErrorReason.AlreadyMade"/>; it may be deleted by now.</summary>
    public Guid? MadeKey { get; init; }

    /// <summary>The request that waits, for <see cref="ErrorReason.NeedsApproval"/>.</summary>
    public Guid? Approval { get; init; }

    public static Error Missing(string capability) => new(ErrorReason.MissingCapability) { Capability = capability };

    public static Error Invalid(IReadOnlyList<RuleFault> faults) => new(ErrorReason.Invalid) { Faults = faults };

    public static Error Invalid(IReadOnlyList<FieldFault> details) => new(ErrorReason.Invalid) { Details = details };
}

/// <summary>A value, or the reason why there is none: expected refusals are values, exceptions are for broken things.</summary>
public readonly record struct Result<T>
{
    private Result(T? value, Error? error)
    {
        Value = value;
        Error = error;
    }

    /// <summary>Set when <see cref="Error"/> is null.</summary>
    public T? Value { get; }

    public Error? Error { get; }

    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Error))]
    public bool Done => Error is null;

    /// <summary>For a value whose type is an interface, which has no implicit conversion.</summary>
    public static Result<T> Of(T value) => new(value, error: null);

    public static implicit operator Result<T>(T value) => new(value, error: null);

    public static implicit operator Result<T>(Error error) => new(default, error);

    /// <summary>What <paramref name="answer"/> makes of the value; an error stays what it is.</summary>
    public Result<TOther> Then<TOther>(Func<T, TOther> answer) => Done ? Result<TOther>.Of(answer(Value!)) : Error!;
}

/// <summary>For operations that have nothing to return.</summary>
public readonly record struct Nothing;

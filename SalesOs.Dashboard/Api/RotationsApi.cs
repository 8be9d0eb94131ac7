using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Rotations;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs see how far a rotation has come, change how its old key ends, and end it.</summary>
internal static class RotationsApi
{
    private const string Absent = "This API key is in no rotation, or there is no such key.";

    public static void MapRotations(this RouteGroupBuilder api)
    {
        var rotation = api.MapGroup("/api-keys/{id}/rotation");
        rotation.MapGet("", GetAsync).WithSummary("How far a rotation has come, by the id of either key")
            .WithDescription("`state` goes from `made` over `saved` (an answer to a program counts as saved) and `in_use` (the new key's first request was seen) to `drained` (nobody is expected with the old key any more) and `ended`; `held` when the old key should have ended and was still needed, so that nothing was revoked. `stragglers` are the proven callers of the old key since the rotation; `waits_for` says which uses may still come and until when. What drained means, docs/rotation.md says.")
            .Gives<RotationAnswer>().FailsWhenAbsent(Absent);
        rotation.MapPatch("", ChangeAsync).WithSummary("Change how the old key of a rotation ends")
            .WithDescription("`overlap` as for rotating; null: somebody ends the old key by hand. A rotation that is held goes on.")
            .Takes<ChangeRotationBody>()
            .Gives<RotationAnswer>().FailsWhenAbsent(Absent).Fails(ErrorCode.Conflict);
        rotation.MapPost("/end", EndAsync).WithSummary("End a rotation now")
            .WithDescription("Revokes the old key, whoever still calls, with the reason `rotated`. No request that begins after the answer is let in.")
            .Takes<TenantBody>(required: false)
            .Gives<RotationAnswer>().FailsWhenAbsent(Absent).Fails(ErrorCode.Conflict);
    }

    private static async Task<Result<IResult>> GetAsync(ManagementCall call, string id, RotationQuery rotations) => await ShownAsync(call, Ids.Of(id), rotations);

    private static async Task<Result<IResult>> ChangeAsync(ManagementCall<ChangeRotationBody> call, string id, KeyRotations keys, RotationQuery rotations)
    {
        var changed = await keys.ChangeAsync(Ids.Of(id), call.Body.Overlap.Value ?? RotationOverlap.ByHand, call.Caller, call.Aborted);
        return changed.Done ? await ShownAsync(call, changed.Value, rotations) : changed.Error;
    }

    private static async Task<Result<IResult>> EndAsync(ManagementCall<TenantBody> call, string id, KeyRotations keys, RotationQuery rotations)
    {
        var ended = await keys.EndAsync(Ids.Of(id), call.Caller, call.Aborted);
        return ended.Done ? await ShownAsync(call, ended.Value, rotations) : ended.Error;
    }

    private static async Task<Result<IResult>> ShownAsync(ManagementCall call, Guid id, RotationQuery rotations)
    {
        var rotation = await rotations.OfAsync(id, call.Caller, call.Aborted);
        return rotation.Then(found => Envelope.Ok(RotationAnswer.Of(found, call.Now)));
    }
}

/// <summary>The body of <c>PATCH /v1/api-keys/{id}/rotation</c>. The rules stand in <see cref="RotationOverlapValidator"/>.</summary>
public sealed record ChangeRotationBody : IManagementBody
{
    /// <summary>Must be given; null: by hand.</summary>
    public Optional<RotationOverlap?> Overlap { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => Overlap switch
    {
        { IsGiven: false } => [new FieldFault("overlap", "is required")],
        { Value: null } => [],
        { Value: { } overlap } => KeyProblems.FaultsOf(services, overlap),
    };
}

/// <param name="Overlap">How the old key ends; null: somebody ends it.</param>
/// <param name="Ends">When the old key ends by itself; on evidence the earliest moment, should it stay silent. Null: not known, by hand, held or ended.</param>
/// <param name="Held">Nothing was revoked, since the old key was still needed when it should have ended, or the new one no longer works.</param>
/// <param name="DrainedFrom">From when on nobody is expected with the old key any more, should it stay silent; by one cycle where the overlap names none.</param>
/// <param name="CycleSeconds">One cycle of the old key's rhythm.</param>
/// <param name="RequestsInCycle">The old key's in the latest cycle.</param>
/// <param name="UsualRequestsInCycle">The old key's in a cycle before the rotation.</param>
/// <param name="WaitsFor">Uses of the old key that may still come, the one that is waited for longest first.</param>
/// <param name="Stragglers">Who has called with the old key since the rotation, the latest first; at most 50.</param>
public sealed record RotationAnswer(
    RotationState State,
    DateTimeOffset StartedAt,
    RotationOverlap? Overlap,
    DateTimeOffset? Ends,
    bool Held,
    DateTimeOffset? HeldAt,
    DateTimeOffset? EndedAt,
    RotatingKeyAnswer OldKey,
    RotatingKeyAnswer? NewKey,
    DateTimeOffset? DrainedFrom,
    long CycleSeconds,
    long RequestsInCycle,
    long UsualRequestsInCycle,
    IReadOnlyList<WaitAnswer> WaitsFor,
    IReadOnlyList<Straggler> Stragglers)
{
    public static RotationAnswer Of(RotationView r, DateTimeOffset now) => new(
        r.State,
        r.StartedAt,
        r.Overlap == RotationOverlap.ByHand ? null : r.Overlap,
        r.Ends,
        r.HeldAt is not null,
        r.HeldAt,
        r.EndedAt,
        RotatingKeyAnswer.Of(r.Old, now),
        r.New is { } successor ? RotatingKeyAnswer.Of(successor, now) : null,
        r.EndedAt is null ? r.Drain.From : null,
        (long)r.Requests.Cycle.TotalSeconds,
        r.Requests.Last,
        r.Requests.Usual,
        r.EndedAt is null ? [.. r.Drain.Expected(now).Select(s => new WaitAnswer(s.Kind, s.Name, s.Last, s.DrainedFrom(r.Drain.Cycles) + r.Drain.Unwatched))] : [],
        r.Stragglers);
}

/// <param name="Quiet">Silent for longer than is usual.</param>
/// <param name="LongestUsualSilence">Seconds, from 90 days of hours; null: there is no history.</param>
/// <param name="NextExpected">When a request is next expected, or was; null: there is no history.</param>
public sealed record RotatingKeyAnswer(
    Guid Id,
    string Name,
    string KeyPrefix,
    string KeyLast4,
    KeyStatus Status,
    DateTimeOffset? LastUsedAt,
    string? LastUsedIp,
    string? LastUsedAgent,
    bool Quiet,
    DateTimeOffset? QuietFrom,
    long? LongestUsualSilence,
    DateTimeOffset? NextExpected)
{
    public static RotatingKeyAnswer Of(RotatingKey one, DateTimeOffset now) => new(
        one.Key.Id,
        one.Key.Name,
        one.Key.KeyPrefix,
        one.Key.KeyLast4,
        one.Key.Status,
        one.Key.LastUsedAt,
        one.Key.LastUsedIp,
        one.Key.LastUsedAgent,
        one.Silence.IsQuiet(now),
        one.Silence.QuietFrom,
        (long?)one.Silence.Rhythm.LongestUsual?.TotalSeconds,
        one.Silence.NextExpected);
}

/// <param name="By">What tells this use from another.</param>
/// <param name="Name">The route, the program, or address and agent.</param>
/// <param name="Until">It is not expected any more from that moment on, should it stay silent.</param>
public sealed record WaitAnswer(StrandKind By, string Name, DateTimeOffset LastSeenAt, DateTimeOffset Until);

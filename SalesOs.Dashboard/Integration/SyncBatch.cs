using System.Text.Json;
using System.Text.Json.Serialization;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Sales;

namespace SalesOs.Dashboard.Integration;

/// <summary>The work of a call; named in the body in snake_case.</summary>
public enum SyncAction
{
    SyncCollaborators,
    SyncActivities,
}

/// <summary>The body of a default-integration call. The arrays stay unread until their length is known.</summary>
public sealed record SyncBody
{
    public required SyncAction Action { get; init; }

    /// <summary>1–500 objects, for <see cref="SyncAction.SyncCollaborators"/> alone.</summary>
    public JsonElement Collaborators { get; init; }

    /// <summary>1–1000 objects, for <see cref="SyncAction.SyncActivities"/> alone.</summary>
    public JsonElement Activities { get; init; }
}

/// <summary>A <see cref="SyncBody"/> with its rows, for the OpenAPI document.</summary>
/// <param name="Collaborators">1–500, for <c>sync_collaborators</c> alone.</param>
/// <param name="Activities">1–1000, for <c>sync_activities</c> alone.</param>
internal sealed record SyncDocumented(SyncAction Action, IReadOnlyList<CollaboratorRow>? Collaborators = null, IReadOnlyList<ActivityRow>? Activities = null);

/// <summary>What became of a batch, by its action.</summary>
[JsonDerivedType(typeof(CollaboratorsSynced))]
[JsonDerivedType(typeof(ActivitiesSynced))]
public abstract record BatchSynced;

/// <param name="Errors">Texts that begin <c>row N: </c>, N from 0; with created and existing they add up to the total.</param>
public sealed record CollaboratorsSynced(int Created, int Existing, IReadOnlyList<string> Errors, int Total) : BatchSynced;

/// <param name="Errors">Texts that begin <c>row N: </c>, N from 0; with the other three they add up to the total.</param>
public sealed record ActivitiesSynced(int Processed, int Skipped, int Duplicates, IReadOnlyList<string> Errors, int Total) : BatchSynced;

internal static class SyncBatch
{
    /// <summary>Reads the rows as far as they can be read, or refuses an array that is none, empty or too long.</summary>
    /// <param name="foreign">The other action's array, which this one does not know.</param>
    public static Parsed<IReadOnlyList<Parsed<T>>> Rows<T>(
        Parsed<SyncBody> body, string name, Func<SyncBody, JsonElement> pick, int maxRows, (string Name, Func<SyncBody, JsonElement> Pick) foreign)
        where T : class
    {
        var faults = body.Faults(b =>
        [
            .. ShapeFault(pick(b), maxRows) is { } fault ? [new FieldFault(name, fault)] : Array.Empty<FieldFault>(),
            .. foreign.Pick(b).ValueKind == JsonValueKind.Undefined ? [] : new[] { new FieldFault(foreign.Name, "is not a known field of this action") },
        ]);
        return faults.Count > 0 ? Problem.Invalid(faults) : pick(body.Value!).EnumerateArray().Select((row, i) => JsonRecord.Read<T>(row, name, i)).ToList();
    }

    private static string? ShapeFault(JsonElement rows, int maxRows) => rows.ValueKind switch
    {
        JsonValueKind.Undefined => "is required",
        JsonValueKind.Array when rows.GetArrayLength() == 0 => "must not be empty",
        JsonValueKind.Array when rows.GetArrayLength() > maxRows => FormattableString.Invariant($"must have at most {maxRows} rows"),
        JsonValueKind.Array => null,
        _ => "must be an array",
    };
}

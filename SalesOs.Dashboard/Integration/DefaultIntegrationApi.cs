using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Sales;

namespace SalesOs.Dashboard.Integration;

/// <summary>One address for the batches that other systems send; the body's <c>action</c> picks the work.</summary>
internal static class DefaultIntegrationApi
{
    private const int MostFaultsOfARow = 10;

    public static void MapDefaultIntegration(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/functions/v1/default-integration", RunAsync)
            .RequireSignature(Scopes.DefaultSync)
            .WithSummary("sync_collaborators or sync_activities")
            .Takes<SyncDocumented>().Gives<BatchSynced>();

    private static async Task<IResult> RunAsync(HttpContext context, CollaboratorSync collaborators, ActivitySync activities)
    {
        var call = SignedCall.Of(context);
        var body = JsonBody.Parse<SyncBody>(context.Request, call.Body.Span);
        if (body.Unreadable is { } problem)
        {
            return call.Unread(problem);
        }

        if (body.Value is not { } request)
        {
            return Envelope.Error(Problem.Invalid(body.Malformed));
        }

        return request.Action switch
        {
            SyncAction.SyncCollaborators => await CollaboratorsAsync(call.Partition(), body, collaborators, context.RequestAborted),
            SyncAction.SyncActivities => await ActivitiesAsync(call.Partition(), body, activities, context.RequestAborted),
        };
    }

    private static async Task<IResult> CollaboratorsAsync(DataPartition partition, Parsed<SyncBody> body, CollaboratorSync sync, CancellationToken cancellationToken)
    {
        var batch = SyncBatch.Rows<CollaboratorRow>(body, "collaborators", b => b.Collaborators, CollaboratorSync.MaxRows, ("activities", b => b.Activities));
        if (!batch.IsSound)
        {
            return Envelope.Error(batch.Problem);
        }

        var tally = await sync.SyncAsync(partition, batch.Value, cancellationToken);
        return Envelope.Ok(new CollaboratorsSynced(tally.Created, tally.Existing, RowErrors(tally.Faults), tally.Total));
    }

    private static async Task<IResult> ActivitiesAsync(DataPartition partition, Parsed<SyncBody> body, ActivitySync sync, CancellationToken cancellationToken)
    {
        var batch = SyncBatch.Rows<ActivityRow>(body, "activities", b => b.Activities, ActivitySync.MaxRows, ("collaborators", b => b.Collaborators));
        if (!batch.IsSound)
        {
            return Envelope.Error(batch.Problem);
        }

        var result = await sync.SyncAsync(partition, batch.Value, cancellationToken);
        return result is { Done: true, Value: var tally }
            ? Envelope.Ok(new ActivitiesSynced(tally.Processed, tally.Skipped, tally.Duplicates, RowErrors(tally.Errors), tally.Total))
            : Envelope.Error(Problem.Invalid(result.Error!.Details));
    }

    /// <summary>One text for each row, however many faults it has, so that the counts add up; it names the first few.</summary>
    private static List<string> RowErrors(IReadOnlyList<FieldFault> faults) =>
    [
        .. faults.GroupBy(fault => fault.Index).Select(row =>
            FormattableString.Invariant($"row {row.Key}: {string.Join("; ", row.Take(MostFaultsOfARow).Select(fault => $"{fault.Field} {fault.Message}".TrimStart()))}{More(row.Count())}")),
    ];

    private static string More(int faults) => faults <= MostFaultsOfARow ? "" : FormattableString.Invariant($"; and {faults - MostFaultsOfARow} more");
}

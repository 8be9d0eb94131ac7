using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs plan a key's brown-outs, see who noticed, and end them.</summary>
internal static class BrownOutsApi
{
    private const string Absent = "There is no such brown-out of this API key.";

    public static void MapBrownOuts(this RouteGroupBuilder api)
    {
        var brownOuts = api.MapGroup("/api-keys/{id}/brown-outs");
        brownOuts.MapPost("", PlanAsync).WithSummary("Plan brown-outs of a key")
            .WithDescription("A planned pause of 5, 15 or 60 minutes that comes back by itself, to find out who still depends on the key: now, or at up to 5 times in the next 14 days, each cut to its minute. Its callers get 403 `KEY_PAUSED` with `Retry-After`. The clock begins and ends it. Brown-outs of a key don't overlap. An expired or revoked key has none.")
            .Takes<PlanBrownOutsBody>()
            .Gives<PlannedBrownOutsAnswer>(StatusCodes.Status201Created).Fails(ErrorCode.NotFound, ErrorCode.Conflict);
        brownOuts.MapGet("", ListAsync).WithSummary("A key's brown-outs and who noticed, the latest first")
            .WithDescription("`noticed` names the proven callers that were refused in it, by address, agent and route; beyond a thousand of them the others are counted together, without address and agent.")
            .AsksForPage().GivesList<BrownOutView>().Fails(ErrorCode.NotFound);
        brownOuts.MapDelete("/{brown_out_id}", EndAsync).WithSummary("End a brown-out, or cancel one that is to come")
            .WithDescription("No request that begins after the answer is refused for it. Who noticed stays. One that is over stays as it is.")
            .GivesNothing().FailsWhenAbsent(Absent);
    }

    private static async Task<Result<IResult>> PlanAsync(ManagementCall<PlanBrownOutsBody> call, string id, KeyBrownOuts brownOuts, BrownOutQuery query)
    {
        var planned = await brownOuts.PlanAsync(Ids.Of(id), call.Body, call.Caller, call.Aborted);
        if (!planned.Done)
        {
            return planned.Error;
        }

        var page = await query.ListAsync(Ids.Of(id), 1, BrownOutQuery.MaxPerPage, call.Caller, call.Aborted);
        return page.Then(all => Envelope.Ok(
            new PlannedBrownOutsAnswer([.. all.BrownOuts.Where(b => planned.Value.Contains(b.Id)).OrderBy(b => b.StartsAt)]), StatusCodes.Status201Created));
    }

    private static async Task<Result<IResult>> ListAsync(ManagementCall call, string id, BrownOutQuery query)
    {
        var (page, perPage) = (call.Query.Page(), call.Query.PerPage());
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var list = await query.ListAsync(Ids.Of(id), page, perPage, call.Caller, call.Aborted);
        return list.Then(found => Envelope.List(found.BrownOuts, found.Total, page, perPage));
    }

    private static async Task<Result<IResult>> EndAsync(ManagementCall call, string id, string brown_out_id, KeyBrownOuts brownOuts)
    {
        var ended = await brownOuts.EndAsync(Ids.Of(id), Ids.Of(brown_out_id), call.Caller, call.Aborted);
        return ended.Then(_ => Results.NoContent());
    }
}

/// <summary>The body of <c>POST /v1/api-keys/{id}/brown-outs</c>. The rules stand in <see cref="BrownOutPlanValidator"/>.</summary>
public sealed record PlanBrownOutsBody : BrownOutPlan, IManagementBody
{
    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf<BrownOutPlan>(services, this);
}

/// <param name="BrownOuts">In the order of their begins.</param>
public sealed record PlannedBrownOutsAnswer(IReadOnlyList<BrownOutView> BrownOuts);

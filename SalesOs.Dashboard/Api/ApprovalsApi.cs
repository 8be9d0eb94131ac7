using System.ComponentModel.DataAnnotations;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Approvals;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs see what waits for another person; people decide it.</summary>
internal static class ApprovalsApi
{
    public const string ReasonHeader = "Approval-Reason";

    private const string Absent = "There is no such request.";

    public static void MapApprovals(this RouteGroupBuilder api)
    {
        var approvals = api.MapGroup("/approvals");
        approvals.MapGet("", ListAsync).WithSummary("What waits for another person, and what was decided")
            .WithDescription("Those that are open first, then the latest. A request has 72 hours to be decided, and 72 more to be done; it is kept for 90 days after its end.")
            .Asks<bool>("open", "True: only those that wait, or are approved and not yet done.").AsksForPage()
            .GivesList<ApprovalView>();
        approvals.MapPost("/{id}/approve", ApproveAsync).WithSummary("Consent to a request, and do it")
            .WithDescription("By a person with `admin.integrations` who did not ask for it; the service role can't. Deleting, lifting scopes and changing the policy are done before the answer. A new key is made by its asker, who alone gets its secret: they send the same call once more.")
            .Takes<DecidedBody>(required: false)
            .Gives<ApprovalView>().FailsWhenAbsent(Absent).Fails(ErrorCode.Conflict, ErrorCode.Policy, ErrorCode.ApprovalRequired, ErrorCode.PreconditionFailed);
        approvals.MapPost("/{id}/decline", DeclineAsync).WithSummary("Refuse a request, or withdraw one's own")
            .Takes<DecidedBody>(required: false)
            .Gives<ApprovalView>().FailsWhenAbsent(Absent).Fails(ErrorCode.Conflict);
    }

    public static RouteHandlerBuilder AsksApprovalReason(this RouteHandlerBuilder route) => route.AsksHeader(
        ReasonHeader, "Why another person should consent, where the tenant's policy wants one for this (409 APPROVAL_REQUIRED); at most 200 characters.");

    private static async Task<Result<IResult>> ListAsync(ManagementCall call, KeyApprovals approvals)
    {
        var (page, perPage, open) = (call.Query.Page(), call.Query.PerPage(), call.Query.Flag("open"));
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var list = await approvals.ListAsync(open == true, page, perPage, call.Caller, call.Aborted);
        return list.Then(found => Envelope.List(found.Approvals, found.Total, page, perPage));
    }

    private static async Task<Result<IResult>> ApproveAsync(ManagementCall<DecidedBody> call, string id, KeyApprovals approvals)
    {
        var approved = await approvals.ApproveAsync(Ids.Of(id), call.Body.Reason, call.Caller, call.Aborted);
        return approved.Then(found => Envelope.Ok(found));
    }

    private static async Task<Result<IResult>> DeclineAsync(ManagementCall<DecidedBody> call, string id, KeyApprovals approvals)
    {
        var declined = await approvals.DeclineAsync(Ids.Of(id), call.Body.Reason, call.Caller, call.Aborted);
        return declined.Then(found => Envelope.Ok(found));
    }
}

/// <summary>The body of <c>POST /v1/approvals/{id}/approve</c> and <c>…/decline</c>, which may be left out.</summary>
public sealed record DecidedBody : IManagementBody
{
    [StringLength(200)]
    public string? Reason { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }
}

using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Api;

/// <summary>What was let in and refused, as the Usage room has it on record.</summary>
internal static class KeyUsageApi
{
    public static void MapKeyUsage(this RouteGroupBuilder api)
    {
        api.MapGet("/api-keys/{id}/usage", UsageAsync).WithSummary("What came in, in steps")
            .Asks<DateTimeOffset>("from", "The series begins with the step it lies in. When it is not given: 24 hours of minutes, 7 days of hours or 30 days before `to`.")
            .Asks<DateTimeOffset>("to", "The series ends before it; now when it is not given.")
            .Asks<UsageStep>("step", "hour when it is not given. Minutes are kept for 48 hours, hours for 90 days.")
            .Gives<UsageAnswer>().Fails(ErrorCode.NotFound);
        api.MapGet("/api-keys/{id}/stop-facts", StopFactsAsync).WithSummary("What stops when a key is revoked")
            .WithDescription("Requests let in during the last 24 hours, where they came from, the latest of them, and how the key's silence stands beside its rhythm. A key that is revoked stops nothing.")
            .Gives<StopFactsAnswer>().Fails(ErrorCode.NotFound);
        api.MapGet("/api-keys/{id}/revocation", RevocationAsync).WithSummary("The signed receipt of a revocation")
            .WithDescription("Since when the key is refused, the probe that shows it, the last request let in, and attempts since. The answer as it came, envelope included, is what `docs/audit/verify.mjs --receipt` checks: `signature` is over `canonical`, by the audit log's key. A key that is not revoked has none.")
            .Gives<SignedReceipt>().Fails(ErrorCode.NotFound, ErrorCode.Conflict);
        api.MapGet("/api-keys/{id}/callers", CallersAsync).WithSummary("Where a key is used from, the most recently seen first")
            .AsksForPage().GivesList<CallerView>().Fails(ErrorCode.NotFound);
        api.MapGet("/api-keys/{id}/rejections", RejectionsAsync).WithSummary("A key's refused requests, newest first")
            .AsksForPage().Asks<bool>("proven", "Only those whose signature held, or only the others.")
            .GivesList<RejectionAnswer>().Fails(ErrorCode.NotFound);
        api.MapGet("/rejections/{request_id}", RejectionAsync).WithSummary("Why a request was refused")
            .Gives<RejectionAnswer>().FailsWhenAbsent("No refused request with this id is on record.");
    }

    private static async Task<Result<IResult>> UsageAsync(ManagementCall call, string id, UsageQuery usage)
    {
        var span = new UsageSpan(call.Query.Time("from"), call.Query.Time("to"), call.Query.Choice<UsageStep>("step") ?? UsageStep.Hour);
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var report = await usage.ReportAsync(Ids.Of(id), span, call.Caller, call.Aborted);
        return report.Then(found => Envelope.Ok(UsageAnswer.Of(found)));
    }

    private static async Task<Result<IResult>> StopFactsAsync(ManagementCall call, string id, ApiKeyService keys, StopFactsQuery stopFacts)
    {
        var key = await keys.GetAsync(Ids.Of(id), call.Caller, call.Aborted);
        if (!key.Done)
        {
            return key.Error;
        }

        var facts = await stopFacts.OfAsync(KeySelection.Of([key.Value.Id]), call.Caller, call.Aborted);
        return facts.Then(found => Envelope.Ok(StopFactsAnswer.Of(found, call.Now)));
    }

    private static async Task<Result<IResult>> RevocationAsync(ManagementCall call, string id, RevocationReceipts receipts)
    {
        var receipt = await receipts.IssueAsync(Ids.Of(id), RequestId.Of(call.Context), call.Caller, call.Aborted);
        return receipt.Then(signed => Envelope.Ok(signed, at: signed.IssuedAt));
    }

    private static async Task<Result<IResult>> CallersAsync(ManagementCall call, string id, UsageQuery usage)
    {
        var (page, perPage) = (call.Query.Page(), call.Query.PerPage());
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        // At most two hundred are kept, and they come all at once.
        var list = await usage.CallersAsync(Ids.Of(id), call.Caller, call.Aborted);
        return list.Then(all => Envelope.List(
            [.. all.Callers.Skip((page - 1) * perPage).Take(perPage)],
            all.Callers.Count,
            page,
            perPage,
            new Dictionary<string, long>(StringComparer.Ordinal) { ["callers_forgotten"] = all.Forgotten, ["requests_missed"] = all.Missed }));
    }

    private static async Task<Result<IResult>> RejectionsAsync(ManagementCall call, string id, RejectionQuery rejections)
    {
        var (page, perPage, proven) = (call.Query.Page(), call.Query.PerPage(), call.Query.Flag("proven"));
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var list = await rejections.ListAsync(Ids.Of(id), page, perPage, proven, call.Caller, call.Aborted);
        return list.Then(found => Envelope.List(
            [.. found.Rejections.Select(RejectionAnswer.Of)],
            found.Total,
            page,
            perPage,
            new Dictionary<string, long>(StringComparer.Ordinal) { ["rejections_dropped"] = found.Dropped }));
    }

    private static async Task<Result<IResult>> RejectionAsync(ManagementCall call, string request_id, RejectionQuery rejections)
    {
        var rejection = await rejections.FindAsync(Ids.Of(request_id), call.Caller, call.Aborted);
        return rejection.Then(found => Envelope.Ok(RejectionAnswer.Of(found)));
    }
}

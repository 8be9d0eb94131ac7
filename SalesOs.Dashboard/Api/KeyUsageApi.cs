using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.SignIn;
using SalesOs.Dashboard.Usage;

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
        api.MapGet("/api-keys/{id}/callers", CallersAsync).WithSummary("Where a key is used from, the most recently seen first")
            .AsksForPage().GivesList<KeyCallerAnswer>().Fails(ErrorCode.NotFound);
        api.MapGet("/api-keys/{id}/rejections", RejectionsAsync).WithSummary("A key's refused requests, newest first")
            .AsksForPage().Asks<bool>("proven", "Only those whose signature held, or only the others.")
            .GivesList<RejectionAnswer>().Fails(ErrorCode.NotFound);
        api.MapGet("/rejections/{request_id}", RejectionAsync).WithSummary("Why a request was refused")
            .Gives<RejectionAnswer>().Fails(ErrorCode.NotFound);
    }

    private static async Task<IResult> UsageAsync(HttpContext context, string id, UsageQuery usage, RequestCallers callers)
    {
        var answer = callers.Of(context);
        if (KeyProblems.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var reader = new QueryParameters(context.Request.Query);
        var span = new UsageSpan(reader.Time("from"), reader.Time("to"), reader.Choice<UsageStep>("step") ?? UsageStep.Hour);
        if (reader.Problem is { } problem)
        {
            return Envelope.Error(problem);
        }

        var report = await usage.ReportAsync(Ids.Of(id), span, answer.Caller!, context.RequestAborted);
        return report.Done ? Envelope.Ok(UsageAnswer.Of(report.Value)) : Envelope.Error(KeyProblems.ProblemOf(report.Error));
    }

    private static async Task<IResult> CallersAsync(HttpContext context, string id, UsageQuery usage, RequestCallers callers)
    {
        var answer = callers.Of(context);
        if (KeyProblems.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var reader = new QueryParameters(context.Request.Query);
        var (page, perPage) = (reader.Page(), reader.PerPage());
        if (reader.Problem is { } problem)
        {
            return Envelope.Error(problem);
        }

        var list = await usage.CallersAsync(Ids.Of(id), answer.Caller!, context.RequestAborted);
        if (!list.Done)
        {
            return Envelope.Error(KeyProblems.ProblemOf(list.Error));
        }

        // At most two hundred are kept, and they come all at once.
        var all = list.Value.Callers;
        return Envelope.List(
            [.. all.Skip((page - 1) * perPage).Take(perPage).Select(KeyCallerAnswer.Of)],
            all.Count,
            page,
            perPage,
            new Dictionary<string, long>(StringComparer.Ordinal) { ["callers_forgotten"] = list.Value.Forgotten, ["requests_missed"] = list.Value.Missed });
    }

    private static async Task<IResult> RejectionsAsync(HttpContext context, string id, RejectionQuery rejections, RequestCallers callers)
    {
        var answer = callers.Of(context);
        if (KeyProblems.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var reader = new QueryParameters(context.Request.Query);
        var (page, perPage, proven) = (reader.Page(), reader.PerPage(), reader.Flag("proven"));
        if (reader.Problem is { } problem)
        {
            return Envelope.Error(problem);
        }

        var list = await rejections.ListAsync(Ids.Of(id), page, perPage, proven, answer.Caller!, context.RequestAborted);
        return list.Done
            ? Envelope.List(
                [.. list.Value.Rejections.Select(RejectionAnswer.Of)],
                list.Value.Total,
                page,
                perPage,
                new Dictionary<string, long>(StringComparer.Ordinal) { ["rejections_dropped"] = list.Value.Dropped })
            : Envelope.Error(KeyProblems.ProblemOf(list.Error));
    }

    private static async Task<IResult> RejectionAsync(HttpContext context, string request_id, RejectionQuery rejections, RequestCallers callers)
    {
        var answer = callers.Of(context);
        if (KeyProblems.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var found = await rejections.FindAsync(Ids.Of(request_id), answer.Caller!, context.RequestAborted);
        return found.Done
            ? Envelope.Ok(RejectionAnswer.Of(found.Value))
            : Envelope.Error(found.Error.Reason == ErrorReason.NotFound
                ? new Problem(ErrorCode.NotFound, "No refused request with this id is on record.")
                : KeyProblems.ProblemOf(found.Error));
    }
}

using System.Globalization;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Reviews;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs open reviews, say what becomes of their keys, and take the report away.</summary>
internal static class ReviewsApi
{
    private const string Absent = "There is no such review.";

    public static void MapReviews(this RouteGroupBuilder api)
    {
        var reviews = api.MapGroup("/reviews");
        reviews.MapGet("", ListAsync).WithSummary("List reviews, newest first")
            .AsksForPage()
            .GivesList<ReviewAnswer>();
        reviews.MapPost("", OpenAsync).WithSummary("Open a review of keys")
            .WithDescription("Of `keys`: `all` that have not come to their end, those of them that are `live`, or those of them that `filter` finds. They are frozen with their settings and their use as they are now. Takes `audit.integrations` or `admin.integrations`.")
            .Takes<OpenReviewBody>().TakesAuditors()
            .Gives<ReviewAnswer>(StatusCodes.Status201Created, "Location");
        reviews.MapGet("/{id}", GetAsync).WithSummary("A review and a part of its keys")
            .WithDescription("`part`: `all` its keys, those that are `mine` to answer for, those of which nobody has said anything yet (`silent`), or those that the admins are asked to pause (`proposed`): nobody answered in time, or whoever said that it may go may not pause it.")
            .Asks<ReviewPart>("part", "all when it is not given.").AsksForPage()
            .Gives<ReviewKeysAnswer>().FailsWhenAbsent(Absent);
        reviews.MapPost("/{id}/decisions", DecideAsync).WithSummary("Say what becomes of keys of a review")
            .WithDescription("`keep`; `narrow` (edit the key then); or `retire`, which pauses it now and revokes it after 14 days. The latest holds. With `admin.integrations` of every key, with `audit.integrations` of those that the caller owns; then retiring is proposed to the admins.")
            .Takes<DecideBody>().TakesAuditors()
            .Gives<DecidedAnswer>().FailsWhenAbsent("There is no such review, or one of these keys is none of it. Nothing was decided.");
        reviews.MapGet("/{id}/report", ReportAsync).WithSummary("The report of a review as a file")
            .WithDescription("Its keys as they were frozen, who decided what and when, and what was done since. The report is itself an entry of the audit log, written before the first byte. `docs/audit/verify.mjs --report` checks it offline: JSON Lines bears its manifest in the first line; that of a CSV, where no cell is run as a formula, is what the Link header names.")
            .Asks<ReportFormat>("format", "jsonl when it is not given.")
            .GivesFile(["application/x-ndjson", "text/csv"], "Link").FailsWhenAbsent(Absent);
        reviews.MapGet("/{id}/reports/{sequence}", ManifestAsync).WithSummary("The manifest of a report that was made")
            .WithDescription("By the sequence of its `review.reported` entry.")
            .Gives<ReviewManifest>().FailsWhenAbsent("There is no such report.");
    }

    private static async Task<Result<IResult>> ListAsync(ManagementCall call, ReviewQueries reviews)
    {
        var (page, perPage) = (call.Query.Page(), call.Query.PerPage());
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var list = await reviews.ListAsync(page, perPage, call.Caller, call.Aborted);
        return list.Then(found => Envelope.List([.. found.Reviews.Select(ReviewAnswer.Of)], found.Total, page, perPage));
    }

    private static async Task<Result<IResult>> OpenAsync(ManagementCall<OpenReviewBody> call, ReviewService service, ReviewQueries reviews)
    {
        var opened = await service.OpenAsync(call.Body.ToRequest(), call.Caller, call.Aborted);
        if (!opened.Done)
        {
            return opened.Error;
        }

        var review = await reviews.GetAsync(opened.Value, call.Caller, call.Aborted);
        return review.Then(found =>
        {
            call.Context.Response.Headers.Location = $"/v1/reviews/{found.Id}";
            return Envelope.Ok(ReviewAnswer.Of(found), StatusCodes.Status201Created);
        });
    }

    private static async Task<Result<IResult>> GetAsync(ManagementCall call, string id, ReviewQueries reviews)
    {
        var (part, page, perPage) = (call.Query.Choice<ReviewPart>("part") ?? ReviewPart.All, call.Query.Page(), call.Query.PerPage());
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var keys = await reviews.KeysAsync(Ids.Of(id), part, page, perPage, call.Caller, call.Aborted);
        return keys.Then(found => Envelope.Ok(ReviewKeysAnswer.Of(found, page, perPage)));
    }

    private static async Task<Result<IResult>> DecideAsync(ManagementCall<DecideBody> call, string id, ReviewService service)
    {
        var decided = await service.DecideAsync(Ids.Of(id), call.Body.KeyIds ?? [], call.Body.Decision!.Value, call.Body.Reason, call.Caller, call.Aborted);
        return decided.Then(done => Envelope.Ok(new DecidedAnswer(done.Keys, done.Paused)));
    }

    private static async Task<Result<IResult>> ReportAsync(ManagementCall call, string id, ReviewReporter reporter)
    {
        var format = call.Query.Choice<ReportFormat>("format") ?? ReportFormat.Jsonl;
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var report = await reporter.BeginAsync(Ids.Of(id), format, call.Caller, call.Aborted);
        return report.Then<IResult>(begun => new ReportResult(begun));
    }

    private static async Task<Result<IResult>> ManifestAsync(ManagementCall call, string id, string sequence, ReviewReporter reporter)
    {
        // What can't be a sequence is as absent as one that nobody has.
        var entry = long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var manifest = await reporter.ManifestAsync(Ids.Of(id), entry, call.Caller, call.Aborted);
        return manifest.Then(found => Envelope.Ok(found));
    }

    private sealed record ReportResult(ReviewReport Report) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var headers = httpContext.Response.Headers;
            headers.CacheControl = "no-store";
            headers.ContentType = Report.ContentType;
            headers.ContentDisposition = $"attachment; filename=\"{Report.FileName}\"";
            headers.Link = FormattableString.Invariant($"</v1/reviews/{Report.Manifest.Review}/reports/{Report.Manifest.ReportEntry}>; rel=\"describedby\"");
            if (!HttpMethods.IsHead(httpContext.Request.Method))
            {
                await Report.WriteAsync(httpContext.Response.Body, httpContext.RequestAborted);
            }
        }
    }
}

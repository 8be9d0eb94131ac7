using System.Globalization;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Api;

/// <summary>Who did what in the caller's tenant.</summary>
internal static class AuditApi
{
    public static void MapAudit(this RouteGroupBuilder api)
    {
        var entries = api.MapGroup("/audit-entries");
        entries.MapGet("", ListAsync).WithSummary("Who did what, newest first")
            .AsksForPage()
            .AsksForEntries().AsksForChain()
            .GivesList<AuditEntryView>();
        entries.MapGet("/verification", VerifyAsync).WithSummary("Whether the log is whole")
            .WithDescription("In a long log, entries that held within the past hour are not read again, unless it is asked for in full.")
            .Asks<bool>("full", "Recompute every entry that is kept.").AsksForChain()
            .Gives<VerificationAnswer>();
        entries.MapGet("/checkpoints", CheckpointsAsync).WithSummary("Signed checkpoints, newest first, and the public key")
            .WithDescription("Keep one elsewhere: it shows later whether the log was rewritten or cut.")
            .AsksForPage().AsksForChain()
            .Gives<CheckpointPage>();
        entries.MapGet("/export", ExportAsync).WithSummary("The log as a file, oldest first")
            .WithDescription("The export is itself an entry, written before the first byte. JSON Lines verifies offline; the first line is its manifest. The Link header names the manifest of either format.")
            .Asks<AuditFormat>("format", "jsonl when it is not given.")
            .AsksForEntries().AsksForChain()
            .GivesFile(["application/x-ndjson", "text/csv"], "Link");
        entries.MapGet("/exports/{sequence}", ManifestAsync).WithSummary("The manifest of an export that was made")
            .WithDescription("By the sequence of its `audit.exported` entry.")
            .AsksForChain()
            .Gives<AuditManifest>().FailsWhenAbsent("There is no such export.");
    }

    private static RouteHandlerBuilder AsksForEntries(this RouteHandlerBuilder route) => route
        .Asks<string>("actor", "A person's id, subject, e-mail address or name.")
        .Asks<string>("action", "What was done; key.* is every change of a key.", AuditActions.Choices)
        .Asks<Guid>("key_id", "Also of a key that is deleted.")
        .Asks<DateTimeOffset>("from", "The first moment.")
        .Asks<DateTimeOffset>("to", "The moment after the last.");

    private static async Task<Result<IResult>> ListAsync(ManagementCall call, AuditQueries audit)
    {
        var filter = FilterOf(call.Query) with { Page = call.Query.Page(), PerPage = call.Query.PerPage() };
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var page = await audit.ListAsync(filter, call.Caller, call.Aborted);
        return page.Then(found => Envelope.List(found.Entries, found.Total, filter.Page, filter.PerPage));
    }

    private static async Task<Result<IResult>> VerifyAsync(ManagementCall call, AuditQueries audit)
    {
        var full = call.Query.Flag("full") ?? false;
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var verdict = await audit.VerifyAsync(call.Caller, full, call.Aborted);
        return verdict.Then(chain => Envelope.Ok(new VerificationAnswer(chain.Whole, chain.Entries, chain.FirstBad, chain.First, chain.CheckedFrom)));
    }

    private static async Task<Result<IResult>> CheckpointsAsync(ManagementCall call, AuditQueries audit)
    {
        var (page, perPage) = (call.Query.Page(), call.Query.PerPage());
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var checkpoints = await audit.CheckpointsAsync(page, perPage, call.Caller, call.Aborted);
        return checkpoints.Then(found => Envelope.Ok(found));
    }

    private static async Task<Result<IResult>> ExportAsync(ManagementCall call, AuditExporter exporter)
    {
        var format = call.Query.Choice<AuditFormat>("format") ?? AuditFormat.Jsonl;
        var filter = FilterOf(call.Query);
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var export = await exporter.BeginAsync(format, filter, call.Caller, call.Aborted);
        return export.Then<IResult>(begun => new ExportResult(begun, call.Caller.TenantId == AuditLog.Platform));
    }

    private static async Task<Result<IResult>> ManifestAsync(ManagementCall call, string sequence, AuditExporter exporter)
    {
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        // What can't be a sequence is as absent as one that nobody has.
        var entry = long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var manifest = await exporter.ManifestAsync(entry, call.Caller, call.Aborted);
        return manifest.Then(found => Envelope.Ok(found));
    }

    private static AuditFilter FilterOf(QueryParameters reader)
    {
        var filter = new AuditFilter(
            Actor: reader.Text("actor", Person.MaxTextLength),
            Action: reader.OneOf("action", AuditActions.Choices),
            KeyId: reader.Id("key_id"),
            From: reader.Time("from"),
            To: reader.Time("to"));
        if (filter.From > filter.To)
        {
            reader.Refuse("from", "must not be after to");
        }

        return filter;
    }

    /// <summary>Streams the file; when it breaks off, so does the connection, and nobody takes the part for the whole.</summary>
    private sealed record ExportResult(AuditExport Export, bool OfThePlatform) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            using (Export)
            {
                var headers = httpContext.Response.Headers;
                headers.CacheControl = "no-store";
                headers.ContentType = Export.ContentType;
                headers.ContentDisposition = $"attachment; filename=\"{Export.FileName}\"";
                headers.Link = FormattableString.Invariant(
                    $"</v1/audit-entries/exports/{Export.Manifest.ExportEntry}{(OfThePlatform ? $"?{ChainRoute.Parameter}={ChainRoute.Platform}" : "")}>; rel=\"describedby\"");
                if (HttpMethods.IsHead(httpContext.Request.Method))
                {
                    return;
                }

                await Export.WriteAsync(httpContext.Response.Body, httpContext.RequestAborted);
            }
        }
    }
}

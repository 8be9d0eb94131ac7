using System.Globalization;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Api;

/// <summary>Who did what in the caller's tenant.</summary>
internal static class AuditApi
{
    internal const string Chain = "chain";
    internal const string PlatformChain = "platform";
    internal const string ChainMeaning = "For the service role alone: the log of what belongs to no tenant. X-Tenant-Id is then not heeded.";

    public static void MapAudit(this RouteGroupBuilder api)
    {
        var entries = api.MapGroup("/audit-entries");
        entries.MapGet("", ListAsync).WithSummary("Who did what, newest first")
            .AsksForPage()
            .Asks<string>("actor", "A person's id, subject, e-mail address or name.")
            .Asks<string>("action", "What was done.", AuditActions.All)
            .Asks<Guid>("key_id", "Also of a key that is deleted.")
            .Asks<DateTimeOffset>("from", "The first moment.")
            .Asks<DateTimeOffset>("to", "The moment after the last.")
            .Asks<string>(Chain, ChainMeaning, PlatformChain)
            .GivesList<AuditEntryAnswer>();
        entries.MapGet("/verification", VerifyAsync).WithSummary("Whether the log is whole")
            .WithDescription("In a long log, entries that held within the past hour are not read again, unless it is asked for in full.")
            .Asks<bool>("full", "Recompute every entry that is kept.").Asks<string>(Chain, ChainMeaning, PlatformChain)
            .Gives<VerificationAnswer>();
        entries.MapGet("/checkpoints", CheckpointsAsync).WithSummary("Signed checkpoints, newest first, and the public key")
            .WithDescription("Keep one elsewhere: it shows later whether the log was rewritten or cut.")
            .AsksForPage().Asks<string>(Chain, ChainMeaning, PlatformChain)
            .Gives<CheckpointsAnswer>();
        entries.MapGet("/export", ExportAsync).WithSummary("The log as a file, oldest first")
            .WithDescription("The export is itself an entry, written before the first byte. JSON Lines verifies offline; the first line is its manifest. The Link header names the manifest of either format.")
            .Asks<AuditFormat>("format", "jsonl when it is not given.")
            .Asks<string>("actor", "A person's id, subject, e-mail address or name.")
            .Asks<string>("action", "What was done.", AuditActions.All)
            .Asks<Guid>("key_id", "Also of a key that is deleted.")
            .Asks<DateTimeOffset>("from", "The first moment.")
            .Asks<DateTimeOffset>("to", "The moment after the last.")
            .Asks<string>(Chain, ChainMeaning, PlatformChain)
            .GivesFile(["application/x-ndjson", "text/csv"], "Link");
        entries.MapGet("/exports/{sequence}", ManifestAsync).WithSummary("The manifest of an export that was made")
            .WithDescription("By the sequence of its `audit.exported` entry.")
            .Asks<string>(Chain, ChainMeaning, PlatformChain)
            .Gives<AuditManifest>().Fails(ErrorCode.NotFound);
    }

    private static async Task<IResult> ListAsync(HttpContext context, AuditQueries audit, RequestCallers callers)
    {
        var reader = new QueryParameters(context.Request.Query);
        var answer = CallerOf(context, callers, reader);
        if (KeyProblems.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var filter = FilterOf(reader) with { Page = reader.Page(), PerPage = reader.PerPage() };
        if (reader.Problem is { } problem)
        {
            return Envelope.Error(problem);
        }

        return await audit.ListAsync(filter, answer.Caller!, context.RequestAborted) is { } page
            ? Envelope.List([.. page.Entries.Select(AuditEntryAnswer.Of)], page.Total, filter.Page, filter.PerPage)
            : MayNot();
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, AuditQueries audit, RequestCallers callers)
    {
        var reader = new QueryParameters(context.Request.Query);
        var answer = CallerOf(context, callers, reader);
        if (KeyProblems.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var full = reader.Flag("full") ?? false;
        if (reader.Problem is { } problem)
        {
            return Envelope.Error(problem);
        }

        return await audit.VerifyAsync(answer.Caller!, full, context.RequestAborted) is { } verdict
            ? Envelope.Ok(new VerificationAnswer(verdict.Whole, verdict.Entries, verdict.FirstBad, verdict.First, verdict.CheckedFrom))
            : MayNot();
    }

    private static async Task<IResult> CheckpointsAsync(HttpContext context, AuditQueries audit, RequestCallers callers)
    {
        var reader = new QueryParameters(context.Request.Query);
        var answer = CallerOf(context, callers, reader);
        if (KeyProblems.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var (page, perPage) = (reader.Page(), reader.PerPage());
        if (reader.Problem is { } problem)
        {
            return Envelope.Error(problem);
        }

        return await audit.CheckpointsAsync(page, perPage, answer.Caller!, context.RequestAborted) is { } checkpoints
            ? Envelope.Ok(new CheckpointsAnswer(checkpoints.Tenant, checkpoints.PublicKey, checkpoints.Total, checkpoints.Checkpoints))
            : MayNot();
    }

    private static async Task<IResult> ExportAsync(HttpContext context, AuditExporter exporter, RequestCallers callers)
    {
        var reader = new QueryParameters(context.Request.Query);
        var answer = CallerOf(context, callers, reader);
        if (KeyProblems.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var format = reader.Choice<AuditFormat>("format") ?? AuditFormat.Jsonl;
        var filter = FilterOf(reader);
        if (reader.Problem is { } problem)
        {
            return Envelope.Error(problem);
        }

        return await exporter.BeginAsync(format, filter, answer.Caller!, context.RequestAborted) is { } export
            ? new ExportResult(export, answer.Caller!.TenantId == AuditLog.Platform)
            : MayNot();
    }

    private static async Task<IResult> ManifestAsync(HttpContext context, string sequence, AuditExporter exporter, RequestCallers callers)
    {
        var reader = new QueryParameters(context.Request.Query);
        var answer = CallerOf(context, callers, reader);
        if (KeyProblems.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        if (reader.Problem is { } problem)
        {
            return Envelope.Error(problem);
        }

        // What can't be a sequence is as absent as one that nobody has.
        var entry = long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return await exporter.ManifestAsync(entry, answer.Caller!, context.RequestAborted) is { } manifest
            ? Envelope.Ok(manifest)
            : Envelope.Error(new Problem(ErrorCode.NotFound, "There is no such export."));
    }

    /// <summary>The chain of what belongs to no tenant is the platform's (guarantee A5).</summary>
    /// <param name="bodyTenant"><c>tenant_id</c> of the body, where the call has one.</param>
    internal static CallerAnswer CallerOf(HttpContext context, RequestCallers callers, QueryParameters reader, string? bodyTenant = null) =>
        reader.OneOf(Chain, [PlatformChain]) is null ? callers.Of(context, bodyTenant) : callers.OfPlatform(context);

    private static AuditFilter FilterOf(QueryParameters reader)
    {
        var filter = new AuditFilter(
            Actor: reader.Text("actor", Person.MaxTextLength),
            Action: reader.OneOf("action", AuditActions.All),
            KeyId: reader.Id("key_id"),
            From: reader.Time("from"),
            To: reader.Time("to"));
        if (filter.From > filter.To)
        {
            reader.Refuse("from", "must not be after to");
        }

        return filter;
    }

    private static IResult MayNot() => Envelope.Error(KeyProblems.MissingCapability(Capabilities.AuditIntegrations));

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
                    $"</v1/audit-entries/exports/{Export.Manifest.ExportEntry}{(OfThePlatform ? $"?{Chain}={PlatformChain}" : "")}>; rel=\"describedby\"");
                if (HttpMethods.IsHead(httpContext.Request.Method))
                {
                    return;
                }

                await Export.WriteAsync(httpContext.Response.Body, httpContext.RequestAborted);
            }
        }
    }
}

using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Api;

/// <summary>Who did what in the caller's tenant.</summary>
internal static class AuditApi
{
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
            .GivesList<AuditEntryAnswer>();
        entries.MapGet("/verification", VerifyAsync).WithSummary("Whether the log is whole")
            .Gives<VerificationAnswer>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, AuditReader audit, RequestCallers callers)
    {
        var answer = callers.Of(context);
        if (KeyRefusals.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var reader = new QueryReader(context.Request.Query);
        var filter = new AuditFilter(
            reader.Page(),
            reader.PerPage(),
            reader.Text("actor", Person.MaxTextLength),
            reader.OneOf("action", AuditActions.All),
            reader.Id("key_id"),
            reader.Time("from"),
            reader.Time("to"));
        if (filter.From > filter.To)
        {
            reader.Refuse("from", "must not be after to");
        }

        if (reader.Problem is { } problem)
        {
            return Envelope.Error(problem);
        }

        return await audit.ListAsync(filter, answer.Caller!, context.RequestAborted) is { } page
            ? Envelope.List([.. page.Entries.Select(AuditEntryAnswer.Of)], page.Total, filter.Page, filter.PerPage)
            : MayNot();
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, AuditReader audit, RequestCallers callers)
    {
        var answer = callers.Of(context);
        if (KeyRefusals.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        return await audit.VerifyAsync(answer.Caller!, context.RequestAborted) is { } verdict
            ? Envelope.Ok(new VerificationAnswer(verdict.Whole, verdict.Entries, verdict.FirstBad))
            : MayNot();
    }

    private static IResult MayNot() => Envelope.Error(KeyRefusals.MissingCapability(Capabilities.AuditIntegrations));
}

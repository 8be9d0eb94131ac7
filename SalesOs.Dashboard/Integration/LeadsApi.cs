using Microsoft.Net.Http.Headers;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Gate;
using SalesOs.Dashboard.Sales;

namespace SalesOs.Dashboard.Integration;

internal static class LeadsApi
{
    private const int MaxSearch = 255;

    public static void MapLeads(this IEndpointRouteBuilder routes)
    {
        var leads = routes.MapGroup("/v1/leads");
        leads.MapGet("", ListAsync).RequireSignature(Scopes.LeadsRead).WithSummary("One page of leads")
            .AsksForPage().AsksForSort<LeadSort>()
            .Asks<LeadStatus>("status", "Leads with this status.")
            .Asks<string>("source", "Leads of this source, whatever the case, the accents and the width.")
            .Asks<string>("search", "Found in the lead's texts, whatever the case, the accents and the width.")
            .Asks<DateTimeOffset>("created_after", "Leads made after this time.")
            .Asks<DateTimeOffset>("created_before", "Leads made before this time.")
            .GivesList<LeadView>();
        leads.MapGet("/{id}", GetAsync).RequireSignature(Scopes.LeadsRead).WithSummary("One lead")
            .Gives<LeadView>().Fails(ErrorCode.NotFound);
        leads.MapPost("", CreateAsync).RequireSignature(Scopes.LeadsWrite).WithSummary("A new lead")
            .Takes<LeadFields>().Gives<LeadView>(StatusCodes.Status201Created, HeaderNames.Location);
        leads.MapPatch("/{id}", PatchAsync).RequireSignature(Scopes.LeadsWrite).WithSummary("Changes what the body names")
            .Takes<LeadFields>().Gives<LeadView>().Fails(ErrorCode.NotFound);
    }

    private static async Task<IResult> ListAsync(HttpContext context, LeadService leads)
    {
        var reader = new QueryParameters(context.Request.Query);
        var (sort, descending) = reader.Sort(LeadSort.CreatedAt, descending: true);
        var query = new LeadQuery(
            reader.Page(),
            reader.PerPage(),
            sort,
            descending,
            reader.Choice<LeadStatus>("status"),
            reader.Text("source", MaxSearch),
            reader.Text("search", MaxSearch),
            reader.Time("created_after"),
            reader.Time("created_before"));
        if (reader.Error is { } error)
        {
            return Envelope.Error(Problem.Invalid(error.Details));
        }

        var page = await leads.ListAsync(SignedCall.Of(context).Partition(), query, context.RequestAborted);
        return Envelope.List(page.Leads, page.Total, query.Page, query.PerPage);
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, LeadService leads) =>
        LeadId(id) is { } known ? Answer(await leads.GetAsync(SignedCall.Of(context).Partition(), known, context.RequestAborted)) : NotFound();

    private static async Task<IResult> CreateAsync(HttpContext context, LeadService leads)
    {
        var call = SignedCall.Of(context);
        var body = JsonBody.Parse<LeadFields>(context.Request, call.Body.Span);
        if (body.Unreadable is { } problem)
        {
            return call.Unread(problem);
        }

        var result = await leads.CreateAsync(call.Partition(), body, context.RequestAborted);
        if (result.Done)
        {
            context.Response.Headers.Location = $"/v1/leads/{result.Value.Id}";
        }

        return Answer(result, StatusCodes.Status201Created);
    }

    private static async Task<IResult> PatchAsync(HttpContext context, string id, LeadService leads)
    {
        var call = SignedCall.Of(context);
        var body = JsonBody.Parse<LeadFields>(context.Request, call.Body.Span);
        if (body.Unreadable is { } problem)
        {
            return call.Unread(problem);
        }

        return LeadId(id) is { } known ? Answer(await leads.PatchAsync(call.Partition(), known, body, context.RequestAborted)) : NotFound();
    }

    private static IResult Answer(Result<LeadView> result, int status = StatusCodes.Status200OK)
    {
        if (result.Done)
        {
            return Envelope.Ok(result.Value, status);
        }

        return result.Error.Reason == ErrorReason.Invalid ? Envelope.Error(Problem.Invalid(result.Error.Details)) : NotFound();
    }

    private static IResult NotFound() => Envelope.Error(new Problem(ErrorCode.NotFound, "There is no such lead."));

    /// <summary>Null for what can't be an id: it is as absent as an id that nobody has.</summary>
    private static Guid? LeadId(string text) => Guid.TryParseExact(text, "D", out var id) ? id : null;
}

using FluentValidation;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs manage keys: thin handlers over <see cref="ApiKeyService"/>, which decides.</summary>
public static class ApiKeysApi
{
    private const int MaxSearch = 200;

    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/v1/api-keys").RequireAuthorization(SignInSchemes.ApiPolicy).DisableAntiforgery();
        keys.MapPost("", CreateAsync);
        keys.MapGet("", ListAsync);
        keys.MapGet("/{id}", GetAsync);
        keys.MapPost("/{id}/revoke", RevokeAsync);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, ApiKeyService keys, RequestCallers callers, IValidator<NewKey> rules)
    {
        var body = await JsonBody.ReadFieldsAsync<CreateKeyBody>(context.Request, cancellationToken: context.RequestAborted);
        var answer = callers.Of(context, body.Value?.Value?.TenantId);
        if (Refused(answer, manages: true) is { } refused)
        {
            return refused;
        }

        if (!body.IsSound)
        {
            return Envelope.Error(body.Problem);
        }

        var faults = body.Value.Faults(b => rules.Validate(b.ToRequest()).Errors.Select(e =>
            KeyRefusals.FaultOf(new RuleFault(e.PropertyName, e.ErrorCode, e.AttemptedValue as string))));
        if (faults.Count > 0)
        {
            return Envelope.Error(Problem.Invalid(faults));
        }

        var made = await keys.CreateAsync(body.Value.Value!.ToRequest(), answer.Caller!, context.RequestAborted);
        if (!made.Done)
        {
            return Envelope.Error(KeyRefusals.ProblemOf(made.Refusal));
        }

        context.Response.Headers.Location = $"/v1/api-keys/{made.Value.Key.Id}";
        return Envelope.Ok(new CreatedKeyAnswer(made.Value), StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ApiKeyService keys, RequestCallers callers)
    {
        var answer = callers.Of(context);
        if (Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var reader = new QueryReader(context.Request.Query);
        var (sort, descending) = reader.Sort(KeySort.CreatedAt, descending: true);
        var query = new KeyQuery(
            reader.Page(),
            reader.PerPage(),
            sort,
            descending,
            reader.Text("search", MaxSearch),
            reader.Choice<KeyStatus>("status"),
            reader.Text("scope", MaxSearch),
            reader.Choice<KeyEnvironment>("environment"));
        if (reader.Problem is { } problem)
        {
            return Envelope.Error(problem);
        }

        if (query.Scope is { } scope && !Scopes.All.Contains(scope, StringComparer.Ordinal))
        {
            return Envelope.Error(Problem.Invalid([KeyRefusals.FaultOf(new RuleFault("scope", "scope_unknown", scope))]));
        }

        var page = await keys.ListAsync(query, answer.Caller!, context.RequestAborted);
        return page.Done
            ? Envelope.List([.. page.Value.Keys.Select(KeyAnswer.Of)], page.Value.Total, query.Page, query.PerPage)
            : Envelope.Error(KeyRefusals.ProblemOf(page.Refusal));
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, ApiKeyService keys, RequestCallers callers)
    {
        var answer = callers.Of(context);
        return Refused(answer, manages: false)
            ?? Answer(await keys.GetAsync(KeyId(id), answer.Caller!, context.RequestAborted));
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string id, ApiKeyService keys, RequestCallers callers)
    {
        var body = await JsonBody.ReadAsync<RevokeKeyBody>(context.Request, emptyAsObject: true, context.RequestAborted);
        var answer = callers.Of(context, body.Value?.TenantId);
        if (Refused(answer, manages: true) is { } refused)
        {
            return refused;
        }

        return body.IsSound
            ? Answer(await keys.RevokeAsync(KeyId(id), body.Value.Reason, answer.Caller!, context.RequestAborted))
            : Envelope.Error(body.Problem);
    }

    /// <summary>Who may not is told so before what is wrong with the body. The service checks again; this is the order of the answers alone.</summary>
    private static IResult? Refused(CallerAnswer answer, bool manages)
    {
        if (!answer.Known)
        {
            return Envelope.Error(ApiRefusals.ProblemOf(answer.Refusal.Value));
        }

        return (manages ? answer.Caller.CanManageKeys : answer.Caller.CanSeeKeys)
            ? null
            : Envelope.Error(KeyRefusals.MissingCapability(manages ? Capabilities.AdminIntegrations : Capabilities.AuditIntegrations));
    }

    private static IResult Answer(Outcome<ApiKeyView> outcome) =>
        outcome.Done ? Envelope.Ok(KeyAnswer.Of(outcome.Value)) : Envelope.Error(KeyRefusals.ProblemOf(outcome.Refusal));

    /// <summary>What can't be an id is as absent as an id that nobody has.</summary>
    private static Guid KeyId(string text) => Guid.TryParseExact(text, "D", out var id) ? id : Guid.Empty;
}

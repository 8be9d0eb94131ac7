using FluentValidation;
using Microsoft.Net.Http.Headers;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs manage keys: thin handlers over <see cref="ApiKeyService"/>, which decides.</summary>
internal static class ApiKeysApi
{
    private const int MaxSearch = 200;

    public static void MapApiKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/api-keys");
        keys.MapPost("", CreateAsync).WithSummary("Create a key")
            .WithDescription("The only answer that ever carries `api_key_secret`; keep it at once.")
            .AsksHeader(IdempotencyKey.Header, IdempotencyKey.Meaning).Takes<CreateKeyBody>()
            .Gives<CreatedKeyAnswer>(StatusCodes.Status201Created, HeaderNames.ETag, HeaderNames.Location)
            .Fails(ErrorCode.Conflict, ErrorCode.IdempotencyMismatch);
        keys.MapGet("", ListAsync).WithSummary("List keys")
            .AsksForPage().AsksForSort<KeySort>()
            .Asks<KeyStatus>("status", "Revoked wins over expired.")
            .Asks<string>("scope", "Keys that name this scope; unrestricted ones name none.", Scopes.All)
            .Asks<KeyEnvironment>("environment", "Live or test.")
            .Asks<string>("search", "Found in name, notes and prefix, whatever the case, the accents and the width; or API keys, each whole, by its prefix or as the dashboard shows it (sk_live_a1b2c3d4…o5p6).")
            .GivesList<KeyAnswer>();
        keys.MapGet("/{id}", GetAsync).WithSummary("Show a key")
            .Gives<KeyAnswer>(StatusCodes.Status200OK, HeaderNames.ETag).Fails(ErrorCode.NotFound);
        keys.MapPatch("/{id}", EditAsync).WithSummary("Edit a key")
            .WithDescription("What the body does not name stays. It acts before the answer is sent.")
            .AsksHeader(HeaderNames.IfMatch, "The ETag that the edit is based on, or several, or *; 412 when the key was edited since. A W/ that a proxy has put before a tag is not heeded.").Takes<EditKeyBody>()
            .Gives<KeyAnswer>(StatusCodes.Status200OK, HeaderNames.ETag).Fails(ErrorCode.NotFound, ErrorCode.Conflict, ErrorCode.PreconditionFailed);
        keys.MapPost("/{id}/revoke", RevokeAsync).WithSummary("Revoke a key for good")
            .WithDescription("No request that begins after the answer is let in. Revoking twice changes nothing.")
            .Takes<RevokeKeyBody>(required: false)
            .Gives<KeyAnswer>(StatusCodes.Status200OK, HeaderNames.ETag).Fails(ErrorCode.NotFound);
        keys.MapPost("/{id}/rotate", RotateAsync).WithSummary("Make a successor with the same settings")
            .WithDescription("The key itself goes on until it is revoked. An expired or revoked key has no successor.")
            .AsksHeader(IdempotencyKey.Header, IdempotencyKey.Meaning).Takes<RotateKeyBody>(required: false)
            .Gives<CreatedKeyAnswer>(StatusCodes.Status201Created, HeaderNames.ETag, HeaderNames.Location)
            .Fails(ErrorCode.NotFound, ErrorCode.Conflict, ErrorCode.IdempotencyMismatch);
        keys.MapDelete("/{id}", DeleteAsync).WithSummary("Delete a key and its usage")
            .WithDescription("Its audit entries stay.")
            .GivesNothing().Fails(ErrorCode.NotFound);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, ApiKeyService keys, RequestCallers callers, IValidator<NewKey> rules)
    {
        var body = await JsonBody.ReadFieldsAsync<CreateKeyBody>(context.Request, cancellationToken: context.RequestAborted);
        var answer = callers.Of(context, body.Value?.Value?.TenantId);
        if (KeyProblems.Refused(answer, manages: true) is { } refused)
        {
            return refused;
        }

        if (!body.IsSound)
        {
            return Envelope.Error(body.Problem);
        }

        if (Faults(body.Value, b => b.ToRequest(), rules) is { Count: > 0 } faults)
        {
            return Envelope.Error(Problem.Invalid(faults));
        }

        return IdempotencyKey.Read(context.Request, out var once) is { } malformed
            ? Envelope.Error(malformed)
            : Made(context, await keys.CreateAsync(body.Value.Value!.ToRequest(), answer.Caller!, once, context.RequestAborted));
    }

    private static async Task<IResult> ListAsync(HttpContext context, ApiKeyService keys, RequestCallers callers)
    {
        var answer = callers.Of(context);
        if (KeyProblems.Refused(answer, manages: false) is { } refused)
        {
            return refused;
        }

        var reader = new QueryParameters(context.Request.Query);
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
            return Envelope.Error(Problem.Invalid([KeyProblems.FaultOf(new RuleFault("scope", "scope_unknown", scope))]));
        }

        var page = await keys.ListAsync(query, answer.Caller!, context.RequestAborted);
        return page.Done
            ? Envelope.List([.. page.Value.Keys.Select(KeyAnswer.Of)], page.Value.Total, query.Page, query.PerPage)
            : Envelope.Error(KeyProblems.ProblemOf(page.Error));
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, ApiKeyService keys, RequestCallers callers)
    {
        var answer = callers.Of(context);
        return KeyProblems.Refused(answer, manages: false)
            ?? Answer(context, await keys.GetAsync(Ids.Of(id), answer.Caller!, context.RequestAborted));
    }

    private static async Task<IResult> EditAsync(HttpContext context, string id, ApiKeyService keys, RequestCallers callers, IValidator<KeyEdit> rules)
    {
        var body = await JsonBody.ReadFieldsAsync<EditKeyBody>(context.Request, cancellationToken: context.RequestAborted);
        var answer = callers.Of(context, body.Value?.Value?.TenantId);
        if (KeyProblems.Refused(answer, manages: true) is { } refused)
        {
            return refused;
        }

        if (!body.IsSound)
        {
            return Envelope.Error(body.Problem);
        }

        if (Faults(body.Value, b => b.ToRequest(), rules) is { Count: > 0 } faults)
        {
            return Envelope.Error(Problem.Invalid(faults));
        }

        return VersionTag.Condition(context.Request, out var versions) is { } malformed
            ? Envelope.Error(malformed)
            : Answer(context, await keys.EditAsync(Ids.Of(id), body.Value.Value!.ToRequest(), versions, answer.Caller!, context.RequestAborted));
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string id, ApiKeyService keys, RequestCallers callers)
    {
        var body = await JsonBody.ReadAsync<RevokeKeyBody>(context.Request, emptyAsObject: true, context.RequestAborted);
        var answer = callers.Of(context, body.Value?.TenantId);
        if (KeyProblems.Refused(answer, manages: true) is { } refused)
        {
            return refused;
        }

        return body.IsSound
            ? Answer(context, await keys.RevokeAsync(Ids.Of(id), body.Value.Reason, answer.Caller!, context.RequestAborted))
            : Envelope.Error(body.Problem);
    }

    private static async Task<IResult> RotateAsync(HttpContext context, string id, ApiKeyService keys, RequestCallers callers)
    {
        var body = await JsonBody.ReadAsync<RotateKeyBody>(context.Request, emptyAsObject: true, context.RequestAborted);
        var answer = callers.Of(context, body.Value?.TenantId);
        if (KeyProblems.Refused(answer, manages: true) is { } refused)
        {
            return refused;
        }

        string? once = null;
        if ((body.Problem ?? IdempotencyKey.Read(context.Request, out once)) is { } malformed)
        {
            return Envelope.Error(malformed);
        }

        return Made(context, await keys.RotateAsync(Ids.Of(id), answer.Caller!, once, context.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id, ApiKeyService keys, RequestCallers callers)
    {
        var answer = callers.Of(context);
        if (KeyProblems.Refused(answer, manages: true) is { } refused)
        {
            return refused;
        }

        var deleted = await keys.DeleteAsync(Ids.Of(id), answer.Caller!, context.RequestAborted);
        return deleted.Done ? Results.NoContent() : Envelope.Error(KeyProblems.ProblemOf(deleted.Error));
    }

    /// <summary>The faults of form and of rules together; the service checks the rules again.</summary>
    private static IReadOnlyList<FieldFault> Faults<TBody, TRequest>(Reading<TBody> body, Func<TBody, TRequest> request, IValidator<TRequest> rules)
        where TBody : class =>
        body.Faults(b => rules.Faults(request(b)).Select(KeyProblems.FaultOf));

    private static IResult Answer(HttpContext context, Result<ApiKeyView> outcome)
    {
        if (!outcome.Done)
        {
            return Envelope.Error(KeyProblems.ProblemOf(outcome.Error));
        }

        context.Response.Headers.ETag = VersionTag.Of(outcome.Value);
        return Envelope.Ok(KeyAnswer.Of(outcome.Value));
    }

    private static IResult Made(HttpContext context, Result<CreatedKey> outcome)
    {
        if ((outcome.Done ? outcome.Value.Key.Id : outcome.Error.MadeKey) is { } id)
        {
            context.Response.Headers.Location = $"/v1/api-keys/{id}";
        }

        if (!outcome.Done)
        {
            return Envelope.Error(KeyProblems.ProblemOf(outcome.Error));
        }

        context.Response.Headers.ETag = VersionTag.Of(outcome.Value.Key);
        return Envelope.Ok(new CreatedKeyAnswer(outcome.Value), StatusCodes.Status201Created);
    }
}

using Microsoft.Net.Http.Headers;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs manage keys, one at a time: thin handlers over <see cref="ApiKeyService"/>.</summary>
internal static class ApiKeysApi
{
    private const string IfMatch = "The ETag that the change is based on, or several, or *; 412 when the key was changed since. A W/ that a proxy has put before a tag is not heeded.";

    public static void MapApiKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/api-keys");
        keys.MapPost("", CreateAsync).WithSummary("Create a key")
            .WithDescription("The only answer that ever carries `api_key_secret`; keep it at once.")
            .AsksHeader(IdempotencyKey.Header, IdempotencyKey.Meaning).Takes<CreateKeyBody>()
            .Gives<CreatedKeyAnswer>(StatusCodes.Status201Created, HeaderNames.ETag, HeaderNames.Location)
            .AsksApprovalReason().Fails(ErrorCode.Conflict, ErrorCode.Policy, ErrorCode.ApprovalRequired, ErrorCode.IdempotencyMismatch);
        keys.MapGet("/{id}", GetAsync).WithSummary("Show a key")
            .Gives<KeyAnswer>(StatusCodes.Status200OK, HeaderNames.ETag).Fails(ErrorCode.NotFound);
        keys.MapPatch("/{id}", EditAsync).WithSummary("Edit a key")
            .WithDescription("What the body does not name stays. It acts before the answer is sent.")
            .AsksHeader(HeaderNames.IfMatch, IfMatch).Takes<EditKeyBody>()
            .Gives<KeyAnswer>(StatusCodes.Status200OK, HeaderNames.ETag)
            .AsksApprovalReason().Fails(ErrorCode.NotFound, ErrorCode.Conflict, ErrorCode.Policy, ErrorCode.ApprovalRequired, ErrorCode.PreconditionFailed);
        keys.MapPost("/{id}/revoke", RevokeAsync).WithSummary("Revoke a key for good")
            .WithDescription("No request that begins after the answer is let in. Revoking twice changes nothing.")
            .Takes<RevokeKeyBody>(required: false)
            .Gives<KeyAnswer>(StatusCodes.Status200OK, HeaderNames.ETag).Fails(ErrorCode.NotFound);
        keys.MapPost("/{id}/pause", PauseAsync).WithSummary("Pause a key")
            .WithDescription("Refused until it is resumed, or until `until`, when the clock resumes or revokes it (`then`). No request that begins after the answer is let in. Its callers get 403 `KEY_PAUSED`, with `Retry-After` when an end is set; with `answer` `unauthorized` they get the 401 of a credential that is no good. A key that is paused already gets the new end; `reason` and `answer` stay where they are not given. An expired or revoked key can't be paused.")
            .AsksHeader(HeaderNames.IfMatch, IfMatch).Takes<PauseKeyBody>(required: false)
            .Gives<KeyAnswer>(StatusCodes.Status200OK, HeaderNames.ETag).Fails(ErrorCode.NotFound, ErrorCode.Conflict, ErrorCode.Policy, ErrorCode.PreconditionFailed);
        keys.MapPost("/{id}/resume", ResumeAsync).WithSummary("Resume a paused key")
            .WithDescription("No request that begins after the answer is refused for the pause. Resuming a key that is not paused changes nothing; an expired or revoked key can't be resumed.")
            .AsksHeader(HeaderNames.IfMatch, IfMatch).Takes<TenantBody>(required: false)
            .Gives<KeyAnswer>(StatusCodes.Status200OK, HeaderNames.ETag).Fails(ErrorCode.NotFound, ErrorCode.Conflict, ErrorCode.Policy, ErrorCode.PreconditionFailed);
        keys.MapPost("/{id}/rotate", RotateAsync).WithSummary("Make a successor with the same settings")
            .WithDescription("The key itself goes on until it ends by `overlap`: at `until`; or, with `quiet_cycles` (1–5), once it was silent for so many cycles of its rhythm and nobody is expected any more. With `latest` (at most 30 days from now) nothing is revoked when it is still needed by then: the rotation is held, and `GET /v1/api-keys/{id}/rotation` says who calls. Without an overlap somebody ends it. The successor lives for `expires_in_days` or until `expires_at` (null: for ever); when neither is given, as long from now as the key was made to live (from `created_at` to its `expires_at`, at most 3650 days), and for ever when the key does. An expired or revoked key has no successor.")
            .AsksHeader(IdempotencyKey.Header, IdempotencyKey.Meaning).Takes<RotateKeyBody>(required: false)
            .Gives<CreatedKeyAnswer>(StatusCodes.Status201Created, HeaderNames.ETag, HeaderNames.Location)
            .AsksApprovalReason().Fails(ErrorCode.NotFound, ErrorCode.Conflict, ErrorCode.Policy, ErrorCode.ApprovalRequired, ErrorCode.IdempotencyMismatch);
        keys.MapDelete("/{id}", DeleteAsync).WithSummary("Delete a key and its usage")
            .WithDescription("Its audit entries stay.")
            .GivesNothing().AsksApprovalReason().Fails(ErrorCode.NotFound, ErrorCode.ApprovalRequired);
    }

    private static async Task<Result<IResult>> CreateAsync(ManagementCall<CreateKeyBody> call, ApiKeyService keys)
    {
        var once = IdempotencyKey.Of(call.Context.Request);
        return once.Done
            ? Created(call, await keys.CreateAsync(call.Body.ToRequest(), call.Caller, once.Value, call.Aborted))
            : once.Error;
    }

    private static async Task<Result<IResult>> GetAsync(ManagementCall call, string id, ApiKeyService keys) =>
        Shown(call, await keys.GetAsync(Ids.Of(id), call.Caller, call.Aborted));

    private static async Task<Result<IResult>> EditAsync(ManagementCall<EditKeyBody> call, string id, ApiKeyService keys)
    {
        var condition = VersionTag.ConditionOf(call.Context.Request);
        return condition.Done
            ? Shown(call, await keys.EditAsync(Ids.Of(id), call.Body, condition.Value, call.Caller, call.Aborted))
            : condition.Error;
    }

    private static async Task<Result<IResult>> RevokeAsync(ManagementCall<RevokeKeyBody> call, string id, ApiKeyService keys) =>
        Shown(call, await keys.RevokeAsync(Ids.Of(id), call.Body.Reason, call.Caller, call.Aborted));

    private static async Task<Result<IResult>> PauseAsync(ManagementCall<PauseKeyBody> call, string id, KeyPauses pauses)
    {
        var condition = VersionTag.ConditionOf(call.Context.Request);
        return condition.Done
            ? Shown(call, await pauses.PauseAsync(Ids.Of(id), call.Body, condition.Value, call.Caller, call.Aborted))
            : condition.Error;
    }

    private static async Task<Result<IResult>> ResumeAsync(ManagementCall<TenantBody> call, string id, KeyPauses pauses)
    {
        var condition = VersionTag.ConditionOf(call.Context.Request);
        return condition.Done
            ? Shown(call, await pauses.ResumeAsync(Ids.Of(id), condition.Value, call.Caller, call.Aborted))
            : condition.Error;
    }

    private static async Task<Result<IResult>> RotateAsync(ManagementCall<RotateKeyBody> call, string id, ApiKeyService keys)
    {
        var once = IdempotencyKey.Of(call.Context.Request);
        return once.Done
            ? Created(call, await keys.RotateAsync(Ids.Of(id), call.Caller, call.Body, once.Value, call.Aborted))
            : once.Error;
    }

    private static async Task<Result<IResult>> DeleteAsync(ManagementCall call, string id, ApiKeyService keys)
    {
        var deleted = await keys.DeleteAsync(Ids.Of(id), call.Caller, call.Aborted);
        return deleted.Then(_ => Results.NoContent());
    }

    private static Result<IResult> Shown(ManagementCall call, Result<ApiKeyView> key) => key.Then(view =>
    {
        call.Context.Response.Headers.ETag = VersionTag.Of(view);
        return Envelope.Ok(KeyAnswer.Of(view, call.Now));
    });

    private static Result<IResult> Created(ManagementCall call, Result<CreatedKey> made)
    {
        var headers = call.Context.Response.Headers;
        if ((made.Done ? made.Value.Key.Id : made.Error.MadeKey) is { } id)
        {
            headers.Location = $"/v1/api-keys/{id}";
        }

        return made.Then(created =>
        {
            headers.ETag = VersionTag.Of(created.Key);
            return Envelope.Ok(new CreatedKeyAnswer(created, call.Now), StatusCodes.Status201Created);
        });
    }
}

using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Api;

/// <summary>A person's right to be erased.</summary>
internal static class PeopleApi
{
    public static void MapPeople(this RouteGroupBuilder api) =>
        api.MapPost("/people/{id}/erase", EraseAsync).WithSummary("Erase what identifies a person")
            .WithDescription("By the actor_id of their entries. Their acts stay in the log, which still verifies; e-mail address, name, subject, addresses and agents go for good. May be repeated.")
            .Asks<string>(AuditApi.Chain, AuditApi.ChainMeaning, AuditApi.PlatformChain)
            .Takes<ErasePersonBody>(required: false)
            .Gives<ErasureAnswer>().Fails(ErrorCode.NotFound);

    private static async Task<IResult> EraseAsync(HttpContext context, string id, PersonErasure erasure, RequestCallers callers)
    {
        var body = await JsonBody.ReadAsync<ErasePersonBody>(context.Request, emptyAsObject: true, context.RequestAborted);
        var reader = new QueryParameters(context.Request.Query);
        var answer = AuditApi.CallerOf(context, callers, reader, body.Value?.TenantId);
        if (KeyProblems.Refused(answer, manages: true) is { } refused)
        {
            return refused;
        }

        if ((body.Problem ?? reader.Problem) is { } problem)
        {
            return Envelope.Error(problem);
        }

        var done = await erasure.EraseAsync(Ids.Of(id), answer.Caller!, context.RequestAborted);
        if (!done.Done)
        {
            return Envelope.Error(done.Error.Reason == ErrorReason.NotFound ? new Problem(ErrorCode.NotFound, "There is no such person.") : KeyProblems.ProblemOf(done.Error));
        }

        return Envelope.Ok(new ErasureAnswer(done.Value.Entries, done.Value.Traces, done.Value.Wiped));
    }
}

/// <summary>The body of <c>POST /v1/people/{id}/erase</c>, which may be left out.</summary>
public sealed record ErasePersonBody
{
    /// <summary>Heeded for the service role alone.</summary>
    public string? TenantId { get; init; }
}

/// <param name="Entries">Entries of the log from which personal data was taken.</param>
/// <param name="Traces">Other rows from which it was taken.</param>
/// <param name="Wiped">It is also gone from the file's free space. When false, call again.</param>
public sealed record ErasureAnswer(long Entries, long Traces, bool Wiped);

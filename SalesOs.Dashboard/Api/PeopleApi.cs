using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Api;

/// <summary>A person's right to be erased.</summary>
internal static class PeopleApi
{
    public static void MapPeople(this RouteGroupBuilder api) =>
        api.MapPost("/people/{id}/erase", EraseAsync).WithSummary("Erase what identifies a person")
            .WithDescription("By the actor_id of their entries. Their acts stay in the log, which still verifies; e-mail address, name, subject, addresses and agents go for good. May be repeated.")
            .AsksForChain()
            .Takes<TenantBody>(required: false)
            .Gives<Erasure>().FailsWhenAbsent("There is no such person.");

    private static async Task<Result<IResult>> EraseAsync(ManagementCall<TenantBody> call, string id, PersonErasure erasure)
    {
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var erased = await erasure.EraseAsync(Ids.Of(id), call.Caller, call.Aborted);
        return erased.Then(done => Envelope.Ok(done));
    }
}

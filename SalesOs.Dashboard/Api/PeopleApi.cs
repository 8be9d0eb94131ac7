using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;

namespace SalesOs.Dashboard.Api;

/// <summary>A person's right to be erased, and that they have left.</summary>
internal static class PeopleApi
{
    private const string Absent = "There is no such person.";

    public static void MapPeople(this RouteGroupBuilder api)
    {
        api.MapPost("/people/{id}/erase", EraseAsync).WithSummary("Erase what identifies a person")
            .WithDescription("By the actor_id of their entries. Their acts stay in the log, which still verifies; e-mail address, name, subject, addresses and agents go for good. May be repeated.")
            .AsksForChain()
            .Takes<TenantBody>(required: false)
            .Gives<Erasure>().FailsWhenAbsent(Absent);
        api.MapPost("/people/{id}/leave", LeaveAsync).WithSummary("Say that a person has left")
            .WithDescription("By the actor_id of their entries, or the owner_id of their keys. Their keys go on working and are without an owner (`without_owner=true` lists them). It is said by itself when the identity provider says that the account is gone or disabled; whoever signs in again is back. May be repeated.")
            .Takes<TenantBody>(required: false)
            .Gives<LeftAnswer>().FailsWhenAbsent(Absent);
    }

    private static async Task<Result<IResult>> EraseAsync(ManagementCall<TenantBody> call, string id, PersonErasure erasure)
    {
        if (call.Query.Error is { } malformed)
        {
            return malformed;
        }

        var erased = await erasure.EraseAsync(Ids.Of(id), call.Caller, call.Aborted);
        return erased.Then(done => Envelope.Ok(done));
    }

    private static async Task<Result<IResult>> LeaveAsync(ManagementCall<TenantBody> call, string id, PersonDepartures departures)
    {
        var left = await departures.SayAsync(Ids.Of(id), call.Caller, call.Aborted);
        return left.Then(at => Envelope.Ok(new LeftAnswer(at)));
    }
}

/// <param name="LeftAt">Since when they have left.</param>
public sealed record LeftAnswer(DateTimeOffset LeftAt);

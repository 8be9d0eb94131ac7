using System.ComponentModel.DataAnnotations;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs hand over what somebody answers for. One key's owner is one of its settings (<see cref="EditKeyBody"/>).</summary>
internal static class OwnersApi
{
    public static void MapOwners(this RouteGroupBuilder api) =>
        api.MapPost("/api-keys/hand-over", HandOverAsync).WithSummary("Give all keys of one owner to another")
            .WithDescription("All that are not revoked. `from` is `me`, or the id, subject, e-mail address or name of one person or team, who may have left; `to` a person's id, `me`, or an e-mail address: the person's who has it, else a team's. In batches of 500 keys, each of which goes over whole; when a call breaks off, the same call goes on.")
            .Takes<HandOverBody>()
            .Gives<HandedOver>();

    private static async Task<Result<IResult>> HandOverAsync(ManagementCall<HandOverBody> call, KeyOwners owners)
    {
        var handed = await owners.HandOverAsync(call.Body.From, call.Body.To, call.Caller, call.Aborted);
        return handed.Then(done => Envelope.Ok(done));
    }
}

/// <summary>The body of <c>POST /v1/api-keys/hand-over</c>. The rules stand in <see cref="KeyOwners"/>.</summary>
public sealed record HandOverBody : IManagementBody
{
    [Required]
    public string? From { get; init; }

    [Required]
    public string? To { get; init; }

    /// <inheritdoc/>
    public string? TenantId { get; init; }
}

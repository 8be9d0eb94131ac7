using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Usage.Forecasts;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs ask what other settings would have refused.</summary>
internal static class ForecastApi
{
    public static void MapForecast(this RouteGroupBuilder api) => api.MapPost("/api-keys/{id}/forecast", ForetellAsync).WithSummary("What other settings of a key would have refused")
        .WithDescription("Of the requests that the key was let in with in the last `days`, as if the key had been given each proposed setting at `from`, and each by itself: by route, by caller and by hour, as far as that is counted (null where it is not). `exact` says whether `refused` is the number; else `reason` says why not, and it is the most that it can be, or null where it is unknown. `suggestion` has the least settings that would have refused nothing. It changes nothing, so it takes `audit.integrations` or `admin.integrations`.")
        .Takes<ForecastBody>(required: false).OnlyReads()
        .Gives<Forecast>().Fails(ErrorCode.NotFound);

    private static async Task<Result<IResult>> ForetellAsync(ManagementCall<ForecastBody> call, string id, ForecastQuery forecasts)
    {
        var forecast = await forecasts.OfAsync(Ids.Of(id), call.Body, call.Caller, call.Aborted);
        return forecast.Then(found => Envelope.Ok(found));
    }
}

/// <summary>The body of <c>POST /v1/api-keys/{id}/forecast</c>, which may be left out: then only the suggestion is asked for. The rules stand in <see cref="ProposalValidator"/>.</summary>
public sealed record ForecastBody : Proposal, IManagementBody
{
    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf<Proposal>(services, this);
}

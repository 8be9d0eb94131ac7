using Microsoft.Net.Http.Headers;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys.Policies;

namespace SalesOs.Dashboard.Api;

/// <summary>Programs read and set what the tenant demands of its keys, and ask beforehand what that would do.</summary>
internal static class PolicyApi
{
    private const string IfMatch = "The ETag that the change is based on, or several, or *; 412 when the policy was changed since. \"0\" is that of a policy that was never set.";

    public static void MapPolicy(this RouteGroupBuilder api)
    {
        api.MapGet("/policy", GetAsync).WithSummary("What the tenant demands of its keys")
            .WithDescription("Each rule has a `level`: `off`, `warn` (keys that break it are marked `out_of_policy`) or `require` (new and edited keys are refused at once with 409 `POLICY`; keys that exist are changed at `from`: one that lives too long expires then, one that breaks another rule is paused). `second_person` names the acts that wait for another person.")
            .Gives<KeyPolicy>(StatusCodes.Status200OK, HeaderNames.ETag);
        api.MapPut("/policy", SetAsync).WithSummary("Set the policy")
            .WithDescription("The whole of it: a rule that is left out is off. `from` is for `require` alone; left out, it stays as it is, or is 30 days from now where the rule is new or stricter. It may be today but not earlier. Forecast it first.")
            .AsksHeader(HeaderNames.IfMatch, IfMatch).AsksApprovalReason().Takes<PolicyBody>()
            .Gives<KeyPolicy>(StatusCodes.Status200OK, HeaderNames.ETag).Fails(ErrorCode.ApprovalRequired, ErrorCode.PreconditionFailed);
        api.MapPost("/policy/forecast", ForetellAsync).WithSummary("What a policy would do to the keys that exist")
            .WithDescription("As the keys stand now. `affected` are the keys that break it, the latest used first, at most 200 (`more` counts the others), each with what becomes of it and when; `in_use` counts those that were let in within 30 days. It changes nothing, so it takes `audit.integrations` or `admin.integrations`.")
            .Takes<PolicyBody>().OnlyReads()
            .Gives<PolicyForecast>();
    }

    private static async Task<Result<IResult>> GetAsync(ManagementCall call, KeyPolicies policies) => Shown(call, await policies.GetAsync(call.Caller, call.Aborted));

    private static async Task<Result<IResult>> SetAsync(ManagementCall<PolicyBody> call, KeyPolicies policies)
    {
        var condition = VersionTag.ConditionOf(call.Context.Request);
        return condition.Done ? Shown(call, await policies.SetAsync(call.Body, condition.Value, call.Caller, call.Aborted)) : condition.Error;
    }

    private static async Task<Result<IResult>> ForetellAsync(ManagementCall<PolicyBody> call, PolicyForecasts forecasts)
    {
        var forecast = await forecasts.OfAsync(call.Body, call.Caller, call.Aborted);
        return forecast.Then(found => Envelope.Ok(found));
    }

    private static Result<IResult> Shown(ManagementCall call, Result<PolicyView> policy) => policy.Then(view =>
    {
        call.Context.Response.Headers.ETag = VersionTag.Of(view.Version);
        return Envelope.Ok(view.Policy);
    });
}

/// <summary>The body of <c>PUT /v1/policy</c> and <c>POST /v1/policy/forecast</c>. The rules stand in <see cref="KeyPolicyValidator"/>.</summary>
public sealed record PolicyBody : KeyPolicy, IManagementBody
{
    /// <inheritdoc/>
    public string? TenantId { get; init; }

    IEnumerable<FieldFault> IManagementBody.Faults(IServiceProvider services) => KeyProblems.FaultsOf<KeyPolicy>(services, this);
}

using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Revocations;

namespace SalesOs.Dashboard.Gate;

/// <summary>
/// The ASP.NET Core end of the gate: for a signed route it has the request judged, records, answers rejections, and runs the route itself. Everything
/// else passes by.
/// </summary>
public sealed class GateMiddleware(
    RequestDelegate next, RequestGate gate, UsageRecorder usage, RejectionRecorder rejections, UsageMetrics metrics, OwnProbes probes, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint() is { RequestDelegate: { } handler } endpoint && endpoint.Metadata.GetMetadata<SignedRoute>() is { } route
            ? JudgeAsync(new SignedCall(context, route, clock.GetUtcNow()), handler)
            : next(context);

    private async Task JudgeAsync(SignedCall call, RequestDelegate handler)
    {
        try
        {
            var verdict = await gate.JudgeAsync(call);
            // What the program sends itself is answered like any other request, and no caller's.
            call.IsOwnProbe = probes.Takes(call.Context.Request.Headers, call.Named, verdict);
            if (!call.IsOwnProbe)
            {
                metrics.Decided(verdict);
            }

            await (verdict == Verdict.LetIn ? LetInAsync(call, handler) : RejectAsync(call, verdict));
        }
        finally
        {
            call.Content?.Dispose();
        }
    }

    private async Task LetInAsync(SignedCall call, RequestDelegate handler)
    {
        var milliseconds = call.Now.ToUnixTimeMilliseconds();
        if (!call.IsOwnProbe)
        {
            usage.LetIn(call.Key, call.Route.Number, milliseconds, call.Context.Connection.RemoteIpAddress, AgentOf(call), RequestId.Of(call.Context));
            if (call.Key.HasSuccessor)
            {
                usage.Noticed(call.Key, brownOut: null, call.Route.Number, milliseconds, call.Context.Connection.RemoteIpAddress, AgentOf(call));
            }
        }

        call.Body = call.Content?.ToMemory() ?? default;
        call.TellKey(call.Context.Response);
        call.Context.Features.Set(call);
        var answer = AnswerClass.ServerError;
        try
        {
            await handler(call.Context);
            answer = ClassOf(call.Context.Response.StatusCode);
        }
        finally
        {
            if (!call.IsOwnProbe)
            {
                usage.Answered(call.Key, call.Route.Number, milliseconds, answer);
            }

            if (call.IsRemembered && (answer == AnswerClass.ServerError || call.IsUnread))
            {
                gate.Release(call);
            }
        }
    }

    private async Task RejectAsync(SignedCall call, Verdict verdict)
    {
        if (call is { Named: { } key, IsOwnProbe: false })
        {
            var now = call.Now.ToUnixTimeMilliseconds();
            usage.Refused(key, call.Route.Number, now, verdict);
            if (verdict == Verdict.Paused && key.Pause?.BrownOutAt(now) is { } brownOut)
            {
                usage.Noticed(key, brownOut.Id, call.Route.Number, now, call.Context.Connection.RemoteIpAddress, AgentOf(call));
            }

            if (key is { HasSuccessor: true, Revoked: false } && Rejection.IsCall(verdict))
            {
                usage.Noticed(key, brownOut: null, call.Route.Number, now, call.Context.Connection.RemoteIpAddress, AgentOf(call));
            }
        }

        var problem = GateProblems.Of(call, verdict);
        if (problem.Code == ErrorCode.Unauthorized)
        {
            call.Context.Response.Headers.WWWAuthenticate = SignedAuthorization.Scheme;
        }

        call.TellKey(call.Context.Response);
        try
        {
            await Envelope.WriteAsync(call.Context, problem);
        }
        finally
        {
            // After the answer: what is taken down of a known key's request must not be seen in the time that the answer takes.
            if (!call.IsOwnProbe)
            {
                Record(call, verdict);
            }
        }
    }

    private void Record(SignedCall call, Verdict verdict) =>
        rejections.Record(call.Context, call.Named, verdict, call.Route.Scope, AgentOf(call), Shown(call.Content), call.Now, call.Content?.Digest);

    /// <summary>The bytes that the record looks into; of a long body its digest is enough.</summary>
    private static ReadOnlyMemory<byte>? Shown(SignedBody? body) =>
        body is { } read && (read.Digest is null || read.Length <= RejectionRecorder.MostLookedInto) ? read.ToMemory() : default(ReadOnlyMemory<byte>?);

    private static AnswerClass ClassOf(int status) => status switch
    {
        >= 500 => AnswerClass.ServerError,
        >= 400 => AnswerClass.ClientError,
        _ => AnswerClass.Success,
    };

    private static string? AgentOf(SignedCall call) =>
        call.Request.Headers.UserAgent is [{ Length: > 0 } agent, ..] ? CredentialFormat.WithoutSecret(agent.Length > 256 ? agent[..256] : agent) : null;
}

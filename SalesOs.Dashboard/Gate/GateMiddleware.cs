using Microsoft.AspNetCore.Http.Features;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Gate;

/// <summary>
/// The ASP.NET Core end of the gate: for a signed route it decides, records, answers rejections, and runs the route itself. Everything
/// else passes by.
/// </summary>
public sealed class GateMiddleware
{
    private readonly RequestDelegate next;
    private readonly RequestGate gate;
    private readonly UsageRecorder usage;
    private readonly RejectionRecorder rejections;
    private readonly UsageMetrics metrics;
    private readonly UnprovenBodies room;
    private readonly GateOptions options;
    private readonly TimeProvider clock;

    public GateMiddleware(RequestDelegate next, RequestGate gate, UsageRecorder usage, RejectionRecorder rejections, UsageMetrics metrics, UnprovenBodies room, GateOptions options, TimeProvider clock)
    {
        this.room = room;
        this.metrics = metrics;
        this.next = next;
        this.gate = gate;
        this.usage = usage;
        this.rejections = rejections;
        this.options = options;
        this.clock = clock;
    }

    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint() is { RequestDelegate: { } route } endpoint && endpoint.Metadata.GetMetadata<SignedRoute>() is { } signed
            ? DecideAsync(context, signed, route)
            : next(context);

    private async Task DecideAsync(HttpContext context, SignedRoute signed, RequestDelegate route)
    {
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        var now = clock.GetUtcNow();
        if (gate.BeforeBody(request, now) is { } early)
        {
            await RefuseAsync(context, signed, early, now);
            return;
        }

        SignedBody body;
        try
        {
            body = await SignedBody.ReadAsync(context.Request, signed.MaxBodyBytes ?? options.MaxBodyBytes, gate.WantsBody(request), room);
        }
        catch (BadHttpRequestException fault)
        {
            // Broken chunks, or fewer bytes than promised: Kestrel has found it, this only words it.
            BrokenBody.EndConnection(context);
            var verdict = fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? Verdict.BodyTooLarge : Verdict.MalformedRequest;
            await RefuseAsync(context, signed, new GateResult(verdict, gate.Named(request)), now);
            return;
        }

        if (body.Fault is { } unread)
        {
            await RefuseAsync(context, signed, new GateResult(unread, gate.Named(request)), now);
            return;
        }

        using (body)
        {
            now = clock.GetUtcNow();
            GateResult decision;
            try
            {
                decision = gate.AfterBody(request, body, context.Connection.RemoteIpAddress, signed, now);
            }
            finally
            {
                // What is proven is the route's, and what is not goes now.
                room.Release(body.Held);
            }

            await (decision.Verdict == Verdict.LetIn
                ? LetInAsync(context, signed, route, decision, body.ToMemory(), now)
                : RefuseAsync(context, signed, decision, now, body));
        }
    }

    private async Task LetInAsync(
        HttpContext context,
        SignedRoute signed,
        RequestDelegate route,
        GateResult decision,
        ReadOnlyMemory<byte> body,
        DateTimeOffset now)
    {
        var key = decision.Key!;
        var grant = decision.Grant!.Value;
        var milliseconds = now.ToUnixTimeMilliseconds();
        metrics.Decided(Verdict.LetIn);
        usage.LetIn(key, signed.Number, milliseconds, context.Connection.RemoteIpAddress, AgentOf(context));
        var call = new SignedCall { Key = key, Body = body, Remaining = grant.Remaining, ResetAt = grant.ResetAt };
        call.TellLimit(context.Response);
        context.Features.Set(call);
        var answer = AnswerClass.ServerError;
        try
        {
            await route(context);
            answer = ClassOf(context.Response.StatusCode);
        }
        finally
        {
            usage.Answered(key, signed.Number, milliseconds, answer);
            if (decision.Remembered && (answer == AnswerClass.ServerError || call.IsUnread))
            {
                gate.Release(context.Features.GetRequiredFeature<IHttpRequestFeature>());
            }
        }
    }

    private async Task RefuseAsync(HttpContext context, SignedRoute signed, GateResult decision, DateTimeOffset now, SignedBody? body = null)
    {
        metrics.Decided(decision.Verdict);
        if (decision.Key is { } key)
        {
            usage.Refused(key, signed.Number, now.ToUnixTimeMilliseconds(), decision.Verdict);
        }

        var problem = GateProblems.Of(decision, signed.Scope, now.ToUnixTimeSeconds());
        if (problem.Code == ErrorCode.Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = Signing.SignedAuthorization.Scheme;
        }
        else if (decision is { Key: { } named, Grant: { } grant })
        {
            RateLimitHeaders.Set(context.Response, named, grant.Remaining, grant.ResetAt);
        }

        try
        {
            await Envelope.WriteAsync(context, problem);
        }
        finally
        {
            // After the answer: what is taken down of a known key's request must not be seen in the time that the answer takes.
            rejections.Record(context, decision.Key, decision.Verdict, signed.Scope, AgentOf(context), Shown(body), now, body?.Digest);
        }
    }

    /// <summary>The bytes that the record looks into; of a long body its digest is enough.</summary>
    private static ReadOnlyMemory<byte>? Shown(SignedBody? body) =>
        body is { } read && (read.Digest is null || read.Length <= RejectionRecorder.MostLookedInto) ? read.ToMemory() : default(ReadOnlyMemory<byte>?);

    private static AnswerClass ClassOf(int status) => status switch
    {
        >= 500 => AnswerClass.ServerError,
        >= 400 => AnswerClass.ClientError,
        _ => AnswerClass.Success,
    };

    private static string? AgentOf(HttpContext context) =>
        context.Request.Headers.UserAgent is [{ Length: > 0 } agent, ..] ? agent.Length > 256 ? agent[..256] : agent : null;
}

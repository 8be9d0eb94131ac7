using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Webhooks;

namespace SalesOs.Dashboard.Tests.Notices.Webhooks;

public sealed class WebhookSenderTests : IAsyncDisposable
{
    private readonly Receiver receiver = new();
    private readonly WebhookSender sender = new(new WebhookOptions(AllowPrivateNetworks: true), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        sender.Dispose();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task Request_AsItArrives_HasTheThreeHeadersAndNothingThatTellsMore()
    {
        var id = Guid.Parse("0199a7c4-b1f2-7d3e-a0c5-e6f708192a3b");
        var at = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000);

        var result = await sender.SendAsync(id, at, "{\"a\":1}"u8.ToArray(), receiver.Url(), [WebhookSecret.New()], CancellationToken.None);

        (result.IsDelivered, result.Status, result.Answer, result.Fault, result.IsGone).ShouldBe((true, 204, null, null, false));
        var request = receiver.Requests.ShouldHaveSingleItem();
        request.Line.ShouldBe("POST /notices?team=7 HTTP/1.1");
        Encoding.UTF8.GetString(request.Body).ShouldBe("{\"a\":1}");
        request.Headers.Keys.Order(StringComparer.Ordinal).ShouldBe(["content-length", "content-type", "host", "user-agent", "webhook-id", "webhook-signature", "webhook-timestamp"]);
        request.Headers["content-type"].ShouldBe("application/json");
        request.Headers["webhook-id"].ShouldBe("msg_0199a7c4b1f27d3ea0c5e6f708192a3b");
        request.Headers["webhook-timestamp"].ShouldBe("1795000000");
    }

    /// <summary>The example of the specification's own reference implementations.</summary>
    [Fact]
    public void Signature_OfTheSpecificationsExample_IsItsSignature()
    {
        var secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").ShouldNotBeNull();
        byte[] signed = [.. "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330."u8, .. "{\"test\": 2432232314}"u8];

        ("v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))).ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Theory]
    [MemberData(nameof(ReferenceLibrary.Languages), MemberType = typeof(ReferenceLibrary))]
    public async Task Signature_WithSecretsOfEveryLength_HoldsForTheReferenceLibraryOf(string language)
    {
        var sent = new List<(string Secret, ReceivedRequest Request)>();
        for (var size = 24; size <= 64; size += 8)
        {
            var secret = RandomNumberGenerator.GetBytes(size);
            sent.Add((WebhookSecret.Shown(secret), await SendAsync(WebhookBody.Of(NoticeSamples.Of(NoticeEvent.KeySpike, name: $"Integração “{size}” 🔑 </script>")), secret)));
            WebhookSecret.Parse(WebhookSecret.Shown(secret)).ShouldBe(secret);
        }

        (await ReferenceLibrary.VerdictsAsync(language, sent)).ShouldBe(Enumerable.Repeat(ReferenceLibrary.Holds, sent.Count));

        var changed = sent[0].Request with { Body = [.. sent[0].Request.Body, (byte)' '] };
        var refused = await ReferenceLibrary.VerdictsAsync(language, (sent[0].Secret, changed), (sent[1].Secret, sent[0].Request));
        refused.Count.ShouldBe(2);
        refused.ShouldAllBe(verdict => verdict != ReferenceLibrary.Holds);
    }

    /// <summary>A receiver may put the new secret in at any moment between the two changes here.</summary>
    [Theory]
    [MemberData(nameof(ReferenceLibrary.Languages), MemberType = typeof(ReferenceLibrary))]
    public async Task Signature_WhileASecretIsReplaced_HoldsUnderBoth(string language)
    {
        var (old, next) = (WebhookSecret.New(), WebhookSecret.New());
        var body = WebhookBody.Of(NoticeSamples.Of(NoticeEvent.KeyRevoked));
        var (before, between, after) = (await SendAsync(body, old), await SendAsync(body, next, old), await SendAsync(body, next));

        (ReceivedRequest Request, byte[] Secret, bool Holds)[] cases =
            [(before, old, true), (before, next, false), (between, old, true), (between, next, true), (after, next, true), (after, old, false)];

        var verdicts = await ReferenceLibrary.VerdictsAsync(language, cases.Select(c => (WebhookSecret.Shown(c.Secret), c.Request)));
        verdicts.Select(verdict => verdict == ReferenceLibrary.Holds).ShouldBe(cases.Select(c => c.Holds));
    }

    [Theory]
    [InlineData("whsec_")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa==")]
    [InlineData("whsec_not base64")]
    public void Secret_ThatIsNone_IsNull(string text) => WebhookSecret.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData(200, true, false)]
    [InlineData(202, true, false)]
    [InlineData(400, false, false)]
    [InlineData(404, false, false)]
    [InlineData(410, false, true)]
    [InlineData(429, false, false)]
    [InlineData(500, false, false)]
    public async Task Answer_WithAStatus_IsTakenAsTheStandardSays(int status, bool delivered, bool gone)
    {
        receiver.Answer = Receiver.Answering(status, "what it says");

        var result = await sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), receiver.Url(), [WebhookSecret.New()], CancellationToken.None);

        (result.IsDelivered, result.Status, result.Answer, result.Fault, result.IsGone).ShouldBe((delivered, status, "what it says", null, gone));
    }

    [Fact]
    public async Task Answer_ThatIsLong_IsReadToItsFirst500BytesAlone()
    {
        receiver.Answer = $"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n\0\u001b{new string('x', 497)}é";

        var result = await sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), receiver.Url(), [WebhookSecret.New()], CancellationToken.None);

        result.IsDelivered.ShouldBeTrue();
        result.Answer.ShouldBe(new string('x', 497), "without controls and the half of a character");
    }

    [Theory]
    [InlineData(200, true, false, null)]
    [InlineData(302, false, false, "redirect")]
    [InlineData(410, false, true, null)]
    [InlineData(500, false, false, null)]
    public async Task Answer_WhoseBodyBreaksOff_IsTakenByItsStatusWithWhatArrived(int status, bool delivered, bool gone, string? fault)
    {
        receiver.Answer = Unended(status);

        var result = await sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), receiver.Url(), [WebhookSecret.New()], CancellationToken.None);

        (result.IsDelivered, result.Status, result.Answer, result.Fault, result.IsGone).ShouldBe((delivered, status, "what it says", fault, gone));
    }

    [Theory]
    [InlineData(200, true, false)]
    [InlineData(410, false, true)]
    [InlineData(500, false, false)]
    public async Task Answer_WhoseBodyNeverEnds_IsTakenByItsStatusAfterTenSeconds(int status, bool delivered, bool gone)
    {
        (receiver.Answer, receiver.StaysOpen) = (Unended(status), true);
        var clock = new FakeTimeProvider();
        using var patient = new WebhookSender(new WebhookOptions(AllowPrivateNetworks: true), clock);
        var headers = HeadersFrom(receiver.Port, out var listener);
        using (listener)
        {
            var sending = patient.SendAsync(Guid.NewGuid(), clock.GetUtcNow(), "{}"u8.ToArray(), receiver.Url(), [WebhookSecret.New()], CancellationToken.None);
            await headers.WaitAsync(TimeSpan.FromSeconds(30));
            sending.IsCompleted.ShouldBeFalse();
            clock.Advance(WebhookSender.Patience);

            var result = await sending;
            (result.IsDelivered, result.Status, result.Fault, result.IsGone, result.Took).ShouldBe((delivered, status, null, gone, WebhookSender.Patience));
        }
    }

    [Fact]
    public async Task Receiver_ThatSaysNothing_IsGivenUpAfterTenSeconds()
    {
        receiver.Answer = null;
        var clock = new FakeTimeProvider();
        using var patient = new WebhookSender(new WebhookOptions(AllowPrivateNetworks: true), clock);
        var sending = patient.SendAsync(Guid.NewGuid(), clock.GetUtcNow(), "{}"u8.ToArray(), receiver.Url(), [WebhookSecret.New()], CancellationToken.None);
        await receiver.FirstAsync();

        clock.Advance(WebhookSender.Patience - TimeSpan.FromTicks(1));
        sending.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromTicks(1));

        var result = await sending;
        (result.IsDelivered, result.Status, result.Fault, result.Took).ShouldBe((false, null, "timeout", WebhookSender.Patience));
    }

    [Fact]
    public async Task Sending_ThatIsCancelled_Throws()
    {
        receiver.Answer = null;
        using var stop = new CancellationTokenSource();
        var sending = sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), receiver.Url(), [WebhookSecret.New()], stop.Token);
        await receiver.FirstAsync();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(sending);
    }

    [Fact]
    public async Task Receiver_ThatIsNotThereOrSpeaksNoTlsOrNoHttp_IsAFaultOfItsOwn()
    {
        var url = receiver.Url();
        var encrypted = receiver.Url(scheme: "https");
        receiver.Answer = "SSH-2.0-OpenSSH_9.9\r\n";

        (await FaultOfAsync(url)).ShouldBe("broken_answer");
        (await FaultOfAsync(encrypted)).ShouldBe("tls");
        await receiver.DisposeAsync();
        (await FaultOfAsync(url)).ShouldBe("connect");

        async Task<string?> FaultOfAsync(Uri to) => (await sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), to, [WebhookSecret.New()], CancellationToken.None)).Fault;
    }

    [Fact]
    public async Task Receiver_ThatSetsACookie_NeverSeesItAgain()
    {
        receiver.Answer = Receiver.Answering(200, headers: "Set-Cookie: who=you; Path=/\r\n");

        await SendAsync("{}"u8.ToArray(), WebhookSecret.New());

        (await SendAsync("{}"u8.ToArray(), WebhookSecret.New())).Headers.Keys.ShouldNotContain(name => name == "cookie");
    }

    /// <summary>The first address may be down: the next is tried.</summary>
    [Fact]
    public async Task Name_WithSeveralAddresses_IsReachedUnderTheOneThatAnswers()
    {
        using var both = new WebhookSender(new WebhookOptions(AllowPrivateNetworks: true), TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("fd00::dead"), IPAddress.Loopback]));

        (await both.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), receiver.Url("receiver.example.com"), [WebhookSecret.New()], CancellationToken.None)).Status.ShouldBe(204);
    }

    [Fact]
    public void Body_OfANotice_IsTypeTimestampAndData() =>
        Encoding.UTF8.GetString(WebhookBody.Of(NoticeSamples.Of(NoticeEvent.KeyLimitReached, data: new JsonObject { ["limit"] = 1000 }))).ShouldBe(
            """{"type":"key.limit_reached","timestamp":"2026-11-29T14:05:00.000Z","data":{"tenant_id":"11111111-1111-4111-8111-111111111111","api_key":{"id":"0199a7c4-b1f2-7d3e-a0c5-e6f708192a3b","name":"Zapier","key":"sk_live_a1b2c3d4…o5p6"},"actor":"Ana Lima","limit":1000}}""");

    [Fact]
    public void Body_OfVeryMuch_IsShortenedAndSaysSo()
    {
        var data = new JsonObject { ["short"] = "stays", ["long"] = new string('é', 15_000), ["longer"] = new string('x', 25_000) };

        var body = WebhookBody.Of(NoticeSamples.Of(NoticeEvent.KeyEdited, data: data));

        body.Length.ShouldBeLessThanOrEqualTo(WebhookBody.MaxBytes);
        var told = JsonNode.Parse(body)!["data"]!.AsObject();
        told.Select(field => field.Key).ShouldBe(["tenant_id", "api_key", "actor", "short", "shortened"]);
        data.Count.ShouldBe(3);
    }

    private static string Unended(int status) => $"HTTP/1.1 {status} Whatever\r\nContent-Length: 1000\r\n\r\nwhat it says";

    /// <summary>Ends once the program has the headers of an answer from there, as its metrics tell.</summary>
    private static Task HeadersFrom(int port, out MeterListener listener)
    {
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        listener = new MeterListener { InstrumentPublished = (instrument, to) => { if (instrument.Name == "http.client.request.duration") { to.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => { if (tags.ToArray().Contains(new("server.port", port))) { came.TrySetResult(); } });
        listener.Start();
        return came.Task;
    }

    private async Task<ReceivedRequest> SendAsync(byte[] body, params byte[][] secrets)
    {
        receiver.Requests.Clear();
        (await sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, body, receiver.Url(), secrets, CancellationToken.None)).IsDelivered.ShouldBeTrue();
        return receiver.Requests.ShouldHaveSingleItem();
    }
}

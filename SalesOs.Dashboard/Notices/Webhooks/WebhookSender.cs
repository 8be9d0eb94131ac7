using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace SalesOs.Dashboard.Notices.Webhooks;

/// <summary>
/// Hands a notice to a webhook, once; whether it is tried again is for whoever asks. It goes to where the name leads now, over no proxy and no cookies, and follows
/// no redirect: nobody who may set an address can make the program ask something of its own network.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    /// <summary>Of the whole try: finding the name, connecting, sending and reading the answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient client;
    private readonly TimeProvider clock;

    /// <param name="resolve">Null: as the machine resolves names.</param>
    public WebhookSender(WebhookOptions options, TimeProvider clock, ResolveName? resolve = null)
    {
        this.clock = clock;
        var connection = new WebhookConnection(options, resolve ?? Dns.GetHostAddressesAsync, clock);
        client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = connection.OpenAsync,
            // A connection that its request no longer waits for.
            ConnectTimeout = Patience,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            // What is not read of an answer is not waited for.
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            // A name that leads elsewhere is noticed so soon.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Any 2xx is success, 410 says that the receiver is gone. The status decides once the headers are there, whatever becomes of the body.</summary>
    /// <param name="messageId">The notice's.</param>
    /// <param name="at">The moment of this try: receivers refuse what was signed some minutes ago.</param>
    /// <param name="body">As <see cref="WebhookBody.Of"/> makes it.</param>
    /// <param name="secrets">One, or two while one is being replaced.</param>
    /// <returns>With one of the faults <c>timeout</c>, <c>unknown_host</c>, <c>refused_address</c>, <c>connect</c>, <c>tls</c>, <c>redirect</c>, <c>broken_answer</c>; null where the status says it.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled before there was an answer.</exception>
    public async Task<SendResult> SendAsync(Guid messageId, DateTimeOffset at, byte[] body, Uri url, IReadOnlyList<byte[]> secrets, CancellationToken cancellationToken)
    {
        var begin = clock.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var request = RequestOf(WebhookSignature.Of(messageId, at, body, secrets), body, url);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var status = (int)response.StatusCode;
            var answer = await AnswerOfAsync(response, either.Token);
            var fault = status is >= 300 and < 400 ? "redirect" : null;
            return new SendResult(response.IsSuccessStatusCode, status, clock.GetElapsedTime(begin), answer, fault, response.StatusCode == HttpStatusCode.Gone);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && fault is HttpRequestException or OperationCanceledException or IOException)
        {
            return new SendResult(IsDelivered: false, Status: null, clock.GetElapsedTime(begin), Answer: null, patience.IsCancellationRequested ? "timeout" : Named(fault), IsGone: false);
        }
    }

    public void Dispose() => client.Dispose();

    private static HttpRequestMessage RequestOf(WebhookSignature signature, byte[] body, Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("SalesOS-Dashboard", "1"));
        request.Headers.Add(WebhookSignature.IdHeader, signature.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, signature.Timestamp);
        request.Headers.Add(WebhookSignature.SignatureHeader, signature.Signature);
        return request;
    }

    /// <summary>The first <see cref="SendResult.MaxAnswerBytes"/> that arrive in time, of which a character that is cut or none of UTF-8 is left out.</summary>
    private static async Task<string?> AnswerOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = new byte[SendResult.MaxAnswerBytes];
        var size = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (size < bytes.Length && await stream.ReadAsync(bytes.AsMemory(size), cancellationToken) is > 0 and var read)
            {
                size += read;
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException)
        {
            // The receiver has the notice and has said what it makes of it: to send it again would only repeat it.
        }

        return AnswerText.Of(bytes.AsSpan(0, size));
    }

    private static string Named(Exception fault) => fault switch
    {
        HttpRequestException { InnerException: UnfitAddressException } => "refused_address",
        HttpRequestException { InnerException: UnknownHostException } => "unknown_host",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "tls",
        HttpRequestException { InnerException: SocketException } or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "connect",
        _ => "broken_answer",
    };
}

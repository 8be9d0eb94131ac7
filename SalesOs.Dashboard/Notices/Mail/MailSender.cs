using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace SalesOs.Dashboard.Notices.Mail;

/// <summary>Hands mail to the server of <c>Mail:Host</c>, one connection a mail; whether it is tried again is for whoever asks.</summary>
public sealed class MailSender(MailOptions options, NoticeLinks links, NoticeWords words, TimeProvider clock)
{
    /// <summary>Of the whole try. Mail servers make strangers wait on purpose.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Whether there is a mail server at all.</summary>
    public bool IsSet => options.Host is not null;

    /// <param name="language"><c>en</c> or <c>pt-BR</c>.</param>
    /// <returns>With the server's reply as status and answer, or one of the faults <c>not_set</c>, <c>timeout</c>, <c>connect</c>, <c>tls</c>, <c>certificate</c>, <c>sign_in</c>, <c>protocol</c>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<SendResult> SendAsync(Notice notice, string address, string language, CancellationToken cancellationToken)
    {
        var culture = CultureInfo.GetCultureInfo(language);
        var text = words.Of(notice, culture);
        return SendAsync(() => MessageOf(text, links.To(text.Path)!, FootOf(culture), notice.Id, address, culture), cancellationToken);
    }

    /// <summary>Asks the readers of an address whether notices may be sent there.</summary>
    /// <param name="link">Where they say so.</param>
    public Task<SendResult> SendConfirmationAsync(string address, string language, Uri link, CancellationToken cancellationToken)
    {
        var culture = CultureInfo.GetCultureInfo(language);
        var text = new NoticeText(Say("Confirm_Subject"), Say("Confirm_Happened"), Say("Confirm_Meaning"), Say("Confirm_ToDo"), link.AbsolutePath, Say("Confirm_Link"));
        return SendAsync(() => MessageOf(text, link, foot: null, Guid.CreateVersion7(clock.GetUtcNow()), address, culture), cancellationToken);

        string Say(string name) => words.Say(name, culture);
    }

    private MailFoot FootOf(CultureInfo culture) => new(words.Say("Mail_Why", culture), words.Say("Mail_Change", culture), links.To(NoticeWords.NoticesPath)!);

    private MimeMessage MessageOf(NoticeText text, Uri link, MailFoot? foot, Guid id, string address, CultureInfo culture)
    {
        var labels = new MailLabels(words.Say("Mail_Happened", culture), words.Say("Mail_Meaning", culture), words.Say("Mail_ToDo", culture));
        var mail = new MailText(text, labels, link, foot);
        var host = links.Dashboard!.IdnHost;
        var message = new MimeMessage
        {
            Subject = text.Subject,
            Date = clock.GetUtcNow(),
            MessageId = $"{id:N}@{host}",
            Body = new BodyBuilder { TextBody = mail.Plain(culture), HtmlBody = mail.Html(culture) }.ToMessageBody(),
        };
        message.From.Add(options.Sender!);
        message.To.Add(MailboxAddress.Parse(address));
        message.Headers.Add(HeaderId.ListId, $"<notices.{host}>");
        // Nobody's holiday answers, and no loop.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        message.Headers.Add("Content-Language", culture.Name);
        return message;
    }

    private async Task<SendResult> SendAsync(Func<MimeMessage> message, CancellationToken cancellationToken)
    {
        var begin = clock.GetTimestamp();
        if (!IsSet)
        {
            return Failed("not_set");
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        using var mail = message();
        try
        {
            using var client = new SmtpClient { CheckCertificateRevocation = false };
            await client.ConnectAsync(options.Host!, options.Port, options.Socket, either.Token);
            if (options.User is not null)
            {
                await SignInAsync(client, either.Token);
            }

            var reply = await client.SendAsync(mail, either.Token);
            await QuitAsync(client, either.Token);
            return new SendResult(IsDelivered: true, (int)SmtpStatusCode.Ok, clock.GetElapsedTime(begin), AnswerText.Of(reply), Fault: null, IsGone: false);
        }
        catch (SmtpCommandException fault)
        {
            return new SendResult(IsDelivered: false, (int)fault.StatusCode, clock.GetElapsedTime(begin), AnswerText.Of(fault.Message), Fault: null, IsGone: false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && Named(fault, patience.IsCancellationRequested) is not null)
        {
            return Failed(Named(fault, patience.IsCancellationRequested)!);
        }

        SendResult Failed(string fault) => new(IsDelivered: false, Status: null, clock.GetElapsedTime(begin), Answer: null, fault, IsGone: false);
    }

    private async Task SignInAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.AuthenticateAsync(options.User!, options.Password!, cancellationToken);
        }
        catch (NotSupportedException fault)
        {
            // As of a server without TLS, but here it is one that lets nobody sign in.
            throw new AuthenticationException("The server offers no sign-in.", fault);
        }
    }

    /// <summary>The mail is taken already: a server that hangs up first has done nothing wrong.</summary>
    private static async Task QuitAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ProtocolException or OperationCanceledException)
        {
        }
    }

    private static string? Named(Exception fault, bool isLate) => fault switch
    {
        _ when isLate => "timeout",
        SslHandshakeException { ServerCertificate: not null } => "certificate",
        SslHandshakeException or NotSupportedException => "tls",
        AuthenticationException or ServiceNotAuthenticatedException => "sign_in",
        SocketException => "connect",
        ProtocolException or IOException => "protocol",
        OperationCanceledException => "timeout",
        _ => null,
    };
}

using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;
using ServiceProvider = SmtpServer.ComponentModel.ServiceProvider;

namespace SalesOs.Dashboard.Tests.Notices.Mail;

/// <summary>A mail server that keeps what it takes, and takes nothing for mailboxes called <c>nobody</c>.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Store store = new();
    private readonly ConcurrentQueue<(string User, string Password)> signIns = new();
    private readonly string security;
    private readonly Task running;

    /// <param name="certificate">What it shows of itself, asked for anew by each connection; null: it has no TLS.</param>
    /// <param name="isTls">TLS from the first byte; else the connection becomes TLS when asked to.</param>
    /// <param name="password">Of the user <c>notices</c>, without whom it takes nothing, asked for anew by each sign-in; null: nobody signs in.</param>
    public MailServer(Func<X509Certificate2>? certificate = null, bool isTls = false, Func<string>? password = null)
    {
        // Taken for a moment, to learn of a port that is free.
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        var services = new ServiceProvider();
        services.Add((IMessageStore)store);
        services.Add((IMailboxFilter)new Filter());
        services.Add((IUserAuthenticator)new DelegatingUserAuthenticator((user, given) =>
        {
            signIns.Enqueue((user, given));
            return user == "notices" && given == password?.Invoke();
        }));
        var endpoint = new EndpointDefinitionBuilder().Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).AuthenticationRequired(password is not null).IsSecure(isTls);
        if (certificate is not null)
        {
            endpoint.Certificate(new Certificates(certificate));
        }

        security = certificate is null ? "None" : isTls ? "Tls" : "StartTls";
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(endpoint.Build()).Build();
        running = new SmtpServer.SmtpServer(options, services).StartAsync(stop.Token);
        while (!IsListening())
        {
            Thread.Yield();
        }
    }

    public int Port { get; }

    /// <summary>Settings of a program that sends here.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("Mail:Host", "127.0.0.1"), ("Mail:Port", Port.ToString(CultureInfo.InvariantCulture)), ("Mail:Security", security), ("Mail:From", "SalesOS <notices@example.com>"), ("Site:Address", "https://keys.example.com"),
    ];

    /// <summary>Each user and password that somebody tried to sign in with.</summary>
    public IReadOnlyCollection<(string User, string Password)> SignIns => signIns;

    public IReadOnlyCollection<MimeMessage> Mails => store.Mails;

    public async ValueTask DisposeAsync()
    {
        if (!running.IsCompleted)
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }
    }

    private bool IsListening()
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed class Store : MessageStore
    {
        public ConcurrentQueue<MimeMessage> Mails { get; } = new();

        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            using var stream = new MemoryStream(buffer.ToArray());
            Mails.Enqueue(await MimeMessage.LoadAsync(stream, cancellationToken));
            return SmtpResponse.Ok;
        }
    }

    private sealed class Certificates(Func<X509Certificate2> certificate) : ICertificateFactory
    {
        public X509Certificate GetServerCertificate(ISessionContext sessionContext) => certificate();
    }

    private sealed class Filter : MailboxFilter
    {
        public override Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) => Task.FromResult(to.User != "nobody");
    }
}

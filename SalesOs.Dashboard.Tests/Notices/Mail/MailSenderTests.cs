using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Mail;

namespace SalesOs.Dashboard.Tests.Notices.Mail;

public sealed partial class MailSenderTests : IAsyncDisposable
{
    private readonly MailServer server = new();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Mail_OfANotice_ArrivesAsTextAndHtmlWithOneThingToDo()
    {
        var result = await SenderTo(server).SendAsync(
            NoticeSamples.Of(NoticeEvent.KeyExpiring, actor: null, data: new JsonObject { ["days"] = 7, ["expires_at"] = "2026-12-06T14:05:00Z" }), "team@example.com", "pt-BR", CancellationToken.None);

        (result.IsDelivered, result.Status, result.Fault, result.IsGone).ShouldBe((true, 250, null, false));
        var mail = server.Mails.ShouldHaveSingleItem();
        mail.Subject.ShouldBe("A chave de API “Zapier” expira em 7 dias");
        mail.From.ToString().ShouldBe("\"SalesOS\" <notices@example.com>");
        mail.To.ToString().ShouldBe("team@example.com");
        mail.MessageId.ShouldBe("0199a7c4b1f27d3ea0c5000000000001@keys.example.com");
        mail.Headers[HeaderId.ListId].ShouldBe("<notices.keys.example.com>");
        mail.Headers["Auto-Submitted"].ShouldBe("auto-generated");
        mail.Body!.Headers["Content-Language"].ShouldBe("pt-BR");
        mail.TextBody!.ReplaceLineEndings("\n").ShouldBe($"""
            A chave de API “Zapier” expira em 7 dias

            O que aconteceu
            A chave de API “Zapier” (sk_live_a1b2c3d4…o5p6) expira em 7 dias. Validade: 6 de dez. de 2026, 14:05 UTC.

            O que significa
            A partir daí, toda requisição assinada com ela será recusada.

            O que fazer
            Rotacione a chave, para que quem a usa passe a tempo para uma nova, ou mude a validade. Se nada mais precisa dela, deixe que ela expire.

            Abrir a chave de API:
            https://keys.example.com/integrations/api-keys/{NoticeSamples.KeyId}

            --{' '}
            Você recebe esta mensagem porque este endereço está entre os avisos do SalesOS Dashboard.
            Mudar o que é enviado: https://keys.example.com/integrations/notices

            """);
        Links(mail).ShouldBe([$"https://keys.example.com/integrations/api-keys/{NoticeSamples.KeyId}", "https://keys.example.com/integrations/notices"]);
        FetchedFromElsewhere().IsMatch(mail.HtmlBody!).ShouldBeFalse();
    }

    [Fact]
    public async Task Mail_ToConfirmAnAddress_LinksTheConfirmation()
    {
        var result = await SenderTo(server).SendConfirmationAsync("team@example.com", "en", new Uri("https://keys.example.com/notices/confirm/abc"), CancellationToken.None);

        result.IsDelivered.ShouldBeTrue();
        var mail = server.Mails.ShouldHaveSingleItem();
        mail.Subject.ShouldBe("Confirm this address for notices");
        mail.TextBody!.ShouldContain("https://keys.example.com/notices/confirm/abc");
        Links(mail).ShouldBe(["https://keys.example.com/notices/confirm/abc"]);
    }

    [Fact]
    public async Task Mail_AboutAKeyWhoseNameIsAnAttack_AddsNoHeaderMarkupOrLink()
    {
        const string Name = "x\r\nBcc: all@evil.example\r\n\r\n<script>alert(1)</script><a href=\"https://evil.example\">click</a>";

        await SenderTo(server).SendAsync(NoticeSamples.Of(NoticeEvent.KeyRevoked, name: Name, actor: Name), "team@example.com", "en", CancellationToken.None);

        var mail = server.Mails.ShouldHaveSingleItem();
        mail.Headers.Select(header => header.Field).ShouldNotContain(field => field == "Bcc");
        mail.Subject!.ShouldNotContain('\n');
        mail.HtmlBody!.ShouldNotContain("<script");
        Links(mail).Count.ShouldBe(2);
        mail.HtmlBody!.ShouldNotContain("evil.example");
        mail.TextBody!.ShouldNotContain("evil.example");
        mail.TextBody!.ShouldNotContain("\nBcc");
    }

    [Fact]
    public async Task Server_ThatRefusesTheReceiver_SaysWhy()
    {
        var result = await SenderTo(server).SendAsync(NoticeSamples.Of(NoticeEvent.Test), "nobody@example.com", "en", CancellationToken.None);

        (result.IsDelivered, result.Status, result.Fault, result.IsGone).ShouldBe((false, 550, null, false));
        result.Answer.ShouldNotBeNullOrEmpty();
        server.Mails.ShouldBeEmpty();
    }

    /// <summary>A server that offers no TLS, or somebody between who hides that it does, gets nothing to read.</summary>
    [Fact]
    public async Task Server_WithoutTls_GetsNothingUnlessItIsAllowed()
    {
        var sender = SenderTo(server, ("Mail:Security", "StartTls"), ("Mail:User", "notices"), ("Mail:Password", "correct horse"));

        (await sender.SendAsync(NoticeSamples.Of(NoticeEvent.Test), "team@example.com", "en", CancellationToken.None)).Fault.ShouldBe("tls");
        server.Mails.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_WithACertificateThatNobodyVouchesFor_LearnsNothing(bool isTls)
    {
        using var stranger = new TestAuthority();
        await using var secure = new MailServer(() => stranger.Issue("127.0.0.1"), isTls, () => "correct horse");
        var sender = SenderTo(secure, ("Mail:User", "notices"), ("Mail:Password", "correct horse"));

        (await sender.SendAsync(NoticeSamples.Of(NoticeEvent.Test), "team@example.com", "en", CancellationToken.None)).Fault.ShouldBe("certificate");
        secure.SignIns.ShouldBeEmpty();
        secure.Mails.ShouldBeEmpty();
    }

    /// <summary>In clear: what it says of itself is all that matters here.</summary>
    [Fact]
    public async Task Server_ThatLetsNobodySignIn_IsAFaultOfTheSignIn()
    {
        var sender = SenderTo(server, ("Mail:User", "notices"), ("Mail:Password", "correct horse"));

        (await sender.SendAsync(NoticeSamples.Of(NoticeEvent.Test), "team@example.com", "en", CancellationToken.None)).Fault.ShouldBe("sign_in");
        server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsAFaultOfItsOwn()
    {
        var sender = SenderTo(server);
        await server.DisposeAsync();

        (await sender.SendAsync(NoticeSamples.Of(NoticeEvent.Test), "team@example.com", "en", CancellationToken.None)).Fault.ShouldBe("connect");
    }

    [Fact]
    public async Task Server_ThatSaysNothing_IsGivenUpInTime()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var clock = new FakeTimeProvider();
        var sender = SenderTo(server, clock, ("Mail:Port", $"{((IPEndPoint)mute.LocalEndpoint).Port}"));
        var sending = sender.SendAsync(NoticeSamples.Of(NoticeEvent.Test), "team@example.com", "en", CancellationToken.None);
        using var connected = await mute.AcceptTcpClientAsync();

        clock.Advance(MailSender.Patience);

        (await sending).Fault.ShouldBe("timeout");
    }

    [Fact]
    public async Task Sender_WithoutAServer_SaysSo()
    {
        var sender = SenderTo(server, ("Mail:Host", ""));

        sender.IsSet.ShouldBeFalse();
        (await sender.SendAsync(NoticeSamples.Of(NoticeEvent.Test), "team@example.com", "en", CancellationToken.None)).Fault.ShouldBe("not_set");
    }

    [Theory]
    [InlineData("Mail:Host=smtp.example.com", "Mail:From: ", "Site:Address: ")]
    [InlineData("Mail:Host=smtp.example.com|Mail:From=a@example.com|Site:Address=https://keys.example.com")]
    [InlineData("Mail:Security=None|Mail:User=a|Mail:Password=correct horse", "Mail:Security: ")]
    [InlineData("Mail:Password=correct horse", "Mail:Password: ")]
    [InlineData("Mail:User=a", "Mail:User: ")]
    [InlineData("Mail:From=a@example.com, b@example.com", "Mail:From: ")]
    public void Settings_WithFaults_AreNamedWithoutThePassword(string settings, params string[] faults)
    {
        var found = MailOptions.Faults(Configuration(settings.Split('|').Select(s => (s.Split('=')[0], s.Split('=')[1])))).ToList();

        found.Count.ShouldBe(faults.Length);
        found.Zip(faults).ShouldAllBe(pair => pair.First.StartsWith(pair.Second, StringComparison.Ordinal) && !pair.First.Contains("horse", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("team@example.com", true)]
    [InlineData("first.last+keys@mail.example.com.br", true)]
    [InlineData("", false)]
    [InlineData("team", false)]
    [InlineData("team@localhost", false)]
    [InlineData("a@b@example.com", false)]
    [InlineData("Team <team@example.com>", false)]
    [InlineData("team@example.com,other@example.com", false)]
    [InlineData("team@example.com\r\nBcc: x@example.com", false)]
    [InlineData("\"a b\"@example.com", false)]
    [InlineData("team@[127.0.0.1]", false)]
    [InlineData(".team@example.com", false)]
    [InlineData("team@-example.com", false)]
    [InlineData("time@exämple.com", false)]
    public void Address_AsTyped_IsOneMailboxOrNot(string text, bool isOne) => MailAddress.IsOne(text).ShouldBe(isOne);

    private static List<string> Links(MimeMessage mail) => [.. Link().Matches(mail.HtmlBody!).Select(link => WebUtility.HtmlDecode(link.Groups["to"].Value))];

    private static MailSender SenderTo(MailServer server, params (string Key, string Value)[] others) => SenderTo(server, TimeProvider.System, others);

    private static MailSender SenderTo(MailServer server, TimeProvider clock, params (string Key, string Value)[] others)
    {
        var configuration = Configuration([.. server.Settings.Where(s => others.All(o => o.Key != s.Key)), .. others]);
        return new MailSender(MailOptions.From(configuration), NoticeLinks.From(configuration), new NoticeWords(), clock);
    }

    private static IConfigurationRoot Configuration(IEnumerable<(string Key, string Value)> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();

    [GeneratedRegex("href=\"(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"<(img|link|script|iframe|style)\b|\bsrc=|url\(|@import", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex FetchedFromElsewhere();
}

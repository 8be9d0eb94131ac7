using System.Net;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Notices.Webhooks;

namespace SalesOs.Dashboard.Tests.Notices.Webhooks;

/// <summary>Whoever may name a webhook's address can't make the program call anything of the network that it runs in. A real listener on every address of this machine counts.</summary>
public sealed class WebhookTricksTests
{
    private static readonly WebhookOptions Closed = new(AllowPrivateNetworks: false);
    private static readonly WebhookOptions Open = new(AllowPrivateNetworks: true);

    /// <summary>Hosts that stand for an address, written in every way that some program understands.</summary>
    private static readonly string[] WrittenHosts =
    [
        "127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0x0.0x0.0x1", "0x7f.1", "0177.0.0.1", "017700000001", "0177.1", "127.0.0.01",
        "0", "0.0.0.0", "0x0", "00", "10.0.0.1", "10.1", "167772161", "0xa000001", "012.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.1", "3232235521", "0xc0a80001",
        "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "192.88.99.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::127.0.0.1]", "[::7f00:1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]",
        "[::ffff:169.254.169.254]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[2001:2::1]", "[3fff::1]", "[100::1]",
    ];

    /// <summary>Names, and what they lead to.</summary>
    private static readonly (string Host, string[] Addresses)[] NamedHosts =
    [
        ("localhost", ["127.0.0.1"]), ("LOCALHOST", ["::1"]), ("localhost.", ["127.0.0.1"]), ("a.localhost", ["127.0.0.1"]), ("hooks.example.com", ["127.0.0.1"]), ("hooks.example.com", ["::1"]),
        ("hooks.example.com", ["::ffff:127.0.0.1"]), ("hooks.example.com", ["10.0.0.1"]), ("hooks.example.com", ["169.254.169.254"]), ("hooks.example.com", ["0.0.0.0"]), ("hooks.example.com", ["::"]),
        ("hooks.example.com", ["93.184.215.14", "127.0.0.1"]), ("hooks.example.com", ["127.0.0.1", "93.184.215.14"]), ("hooks.example.com", ["2606:4700::1111", "fd00:ec2::254"]),
        ("metadata.google.internal", ["169.254.169.254"]), ("127.0.0.1.nip.io", ["127.0.0.1"]), ("hooks.example.com.", ["127.0.0.1"]), ("xn--lclhost-9kaa.example.com", ["127.0.0.1"]), ("nowhere.example.com", []),
    ];

    public static TheoryData<string, string[]> Tricks => [.. WrittenHosts.Select(host => (host, Array.Empty<string>())).Concat(NamedHosts.Select(named => (named.Host, named.Addresses)))];

    [Fact]
    public void Tricks_AreMany() => Tricks.Count.ShouldBeGreaterThan(60);

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task Send_ToWhatIsNotTheInternet_ConnectsToNothing(string host, string[] addresses)
    {
        await using var receiver = new Receiver();
        using var sender = new WebhookSender(Closed, TimeProvider.System, (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()));

        foreach (var scheme in (string[])["https", "http"])
        {
            if (Uri.TryCreate($"{scheme}://{host}:{receiver.Port}/", UriKind.Absolute, out var url))
            {
                var result = await sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), url, [WebhookSecret.New()], CancellationToken.None);

                result.Fault.ShouldBe(host.StartsWith("nowhere", StringComparison.Ordinal) ? "unknown_host" : "refused_address", $"{url}");
                (result.IsDelivered, result.Status).ShouldBe((false, null));
            }
        }

        receiver.Connections.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Tricks))]
    public void Address_ThatIsNoPublicOneAsTyped_IsFaulty(string host, string[] addresses)
    {
        if (addresses.Length == 0 && !host.StartsWith("nowhere", StringComparison.Ordinal))
        {
            WebhookAddress.FaultOf($"https://{host}/", Closed, out var url).ShouldBeOneOf("url_host", "url_not_public", "url_malformed");
            url.ShouldBeNull();
        }
    }

    [Fact]
    public async Task Listener_OfTheseTests_CountsWhatMayConnect()
    {
        await using var receiver = new Receiver();
        using var sender = new WebhookSender(Open, TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback]));

        foreach (var host in (string[])["127.0.0.1", "127.1.2.3", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "receiver.example.com"])
        {
            (await sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), receiver.Url(host), [WebhookSecret.New()], CancellationToken.None)).Status.ShouldBe(204, host);
        }

        receiver.Connections.ShouldBe(6);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("fd00:ec2::254")]
    [InlineData("0.0.0.0")]
    [InlineData("fe80::1")]
    [InlineData("224.0.0.1")]
    [InlineData("8.8.8.8")]
    public async Task Send_WithPrivateNetworksAllowed_StillConnectsToNoMetadataAndInClearToNoInternet(string address)
    {
        await using var receiver = new Receiver();
        using var sender = new WebhookSender(Open, TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse(address)]));

        (await sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), receiver.Url("hooks.example.com"), [WebhookSecret.New()], CancellationToken.None)).Fault.ShouldBe("refused_address");
        receiver.Connections.ShouldBe(0);
    }

    /// <summary>DNS rebinding: what is resolved is looked at each time that it is connected to, and is not resolved again in between.</summary>
    [Fact]
    public async Task Send_ToANameThatIsRebound_ConnectsToWhatWasLookedAt()
    {
        await using var receiver = new Receiver();
        var answers = new Queue<string>(["127.0.0.1", "169.254.169.254", "127.0.0.1"]);
        using var sender = new WebhookSender(Open, TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]));

        Task<SendResult> SendAsync() => sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), receiver.Url("hooks.example.com"), [WebhookSecret.New()], CancellationToken.None);

        (await SendAsync()).Status.ShouldBe(204);
        (await SendAsync()).Fault.ShouldBe("refused_address");
        (await SendAsync()).Status.ShouldBe(204);
        answers.ShouldBeEmpty();
        receiver.Connections.ShouldBe(2);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Send_ToWhatRedirects_DoesNotFollow(int status)
    {
        await using var inside = new Receiver();
        await using var receiver = new Receiver(Receiver.Answering(status, headers: $"Location: {inside.Url()}\r\n"));
        using var sender = new WebhookSender(Open, TimeProvider.System);

        var result = await sender.SendAsync(Guid.NewGuid(), DateTimeOffset.UtcNow, "{}"u8.ToArray(), receiver.Url(), [WebhookSecret.New()], CancellationToken.None);

        (result.IsDelivered, result.Status, result.Fault).ShouldBe((false, status, "redirect"));
        inside.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData("https://hooks.example.com/a?b=c")]
    [InlineData("https://hooks.example.com")]
    [InlineData("https://hooks.example.com:443/")]
    [InlineData("https://hooks.example.com:8443/x")]
    [InlineData("https://8.8.8.8/x")]
    [InlineData("https://[2606:4700::1111]/x")]
    [InlineData("HTTPS://Hooks.Example.com/")]
    [InlineData("https://xn--bcher-kva.example.com/")]
    public void Address_OfTheInternet_IsTaken(string text)
    {
        WebhookAddress.FaultOf(text, Closed, out var url).ShouldBeNull();
        url.ShouldBe(new Uri(text));
    }

    [Theory]
    [InlineData(null, "url_required")]
    [InlineData("  ", "url_required")]
    [InlineData("hooks.example.com", "url_malformed")]
    [InlineData("http://hooks.example.com/", "url_scheme")]
    [InlineData("ftp://hooks.example.com/", "url_scheme")]
    [InlineData("file:///etc/passwd", "url_scheme")]
    [InlineData("https:hooks.example.com", "url_malformed")]
    [InlineData("https://user:password@hooks.example.com/", "url_user")]
    [InlineData("https://hooks.example.com@127.0.0.1/", "url_user")]
    [InlineData("https://@hooks.example.com/", "url_user")]
    [InlineData("https://hooks.example.com/#part", "url_fragment")]
    [InlineData("https://hooks.example.com:22/", "url_port")]
    [InlineData("https://hooks.example.com:25/", "url_port")]
    [InlineData("https://hooks.example.com:0/", "url_port")]
    [InlineData("https://hooks.example.com./", "url_host")]
    [InlineData("https://intranet/", "url_not_public")]
    [InlineData("https://printer.local/", "url_not_public")]
    [InlineData("https://hooks.internal/", "url_not_public")]
    [InlineData("https://hooks.example.com/\r\nHost: inside", "url_malformed")]
    [InlineData("https://hooks.example.com\\@127.0.0.1/", "url_malformed")]
    [InlineData("https://hooks .example.com/", "url_malformed")]
    [InlineData("https://１２７.0.0.1/", "url_malformed")]
    [InlineData("https://ⓛocalhost/", "url_malformed")]
    public void Address_ThatBreaksARule_IsNamedFor(string? text, string fault) => WebhookAddress.FaultOf(text, Closed, out _).ShouldBe(fault);

    [Fact]
    public void Address_ThatIsTooLong_IsNamedForThat() =>
        WebhookAddress.FaultOf("https://hooks.example.com/" + new string('x', WebhookAddress.MaxLength), Closed, out _).ShouldBe("url_too_long");

    [Theory]
    [InlineData("http://10.0.0.7:8080/x", null)]
    [InlineData("http://hooks.internal/x", null)]
    [InlineData("https://localhost:9443/x", null)]
    [InlineData("http://8.8.8.8/x", "url_not_public")]
    [InlineData("http://169.254.169.254/latest/meta-data", "url_not_public")]
    public void Address_WithPrivateNetworksAllowed_MayBeOneOfThem(string text, string? fault) => WebhookAddress.FaultOf(text, Open, out _).ShouldBe(fault);
}

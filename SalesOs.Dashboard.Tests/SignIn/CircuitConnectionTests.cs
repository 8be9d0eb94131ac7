using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

public sealed class CircuitConnectionTests(CircuitConnectionTests.SignedIn shared) : IClassFixture<CircuitConnectionTests.SignedIn>
{
    private readonly RunningDashboard dashboard = shared.Dashboard;
    private readonly Visitor admin = shared.Admin;

    private string Own => OriginOf(dashboard);

    [Theory]
    [InlineData("null")]
    [InlineData("https://evil.test")]
    [InlineData("http://evil.test:{port}")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://127.0.0.1:{port}")]
    [InlineData("http://localhost:{port}")]
    [InlineData("http://127.0.0.1:{port}.evil.test")]
    [InlineData("http://127.0.0.1:{port}@evil.test")]
    [InlineData("127.0.0.1:{port}")]
    [InlineData("")]
    public async Task WebSocket_OfAForeignPage_Is403(string origin)
    {
        var named = origin.Replace("{port}", $"{dashboard.BaseAddress.Port}", StringComparison.Ordinal);

        (await RawCircuit.ConnectAsync(dashboard.BaseAddress, admin.SessionCookie, named)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task WebSocket_WithoutOrigin_Is403()
    {
        (await RawCircuit.ConnectAsync(dashboard.BaseAddress, admin.SessionCookie)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task WebSocket_OfNobody_Is401()
    {
        (await RawCircuit.ConnectAsync(dashboard.BaseAddress, cookie: null, Own)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task WebSocket_OfTheOwnPage_OpensACircuit()
    {
        var (_, circuit) = await RawCircuit.ConnectAsync(dashboard.BaseAddress, admin.SessionCookie, Own);

        using (circuit)
        {
            (await circuit!.StartAsync(dashboard.BaseAddress)).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("GET", "/_blazor")]
    [InlineData("GET", "/_blazor?id=x")]
    [InlineData("POST", "/_blazor?id=x")]
    [InlineData("DELETE", "/_blazor?id=x")]
    [InlineData("POST", "/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("POST", "/_BLAZOR/negotiate?negotiateVersion=1")]
    public async Task AnotherTransport_IsRefused(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Cookie", $"salesos={admin.SessionCookie}");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");

        (await dashboard.NewClient().SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
    }

    [Theory]
    [InlineData("GET", "/_blazor/initializers")]
    [InlineData("POST", "/_blazor/disconnect")]
    [InlineData("POST", "/_blazor/negotiate")]
    public async Task AForeignOrigin_OnTheOtherPathsToo_Is403(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Origin", "null");

        (await dashboard.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task FiveHundredCircuitsOfOnePerson_AreBoundedAndOthersAreServed()
    {
        // Other tests' circuits would count too.
        await using var alone = new SignedIn();
        await alone.InitializeAsync();
        var (dashboard, admin) = (alone.Dashboard, alone.Admin);
        var origin = OriginOf(dashboard);
        var most = dashboard.Services.GetRequiredService<SignInSettings>().CircuitsPerUser;
        var circuits = dashboard.Services.GetRequiredService<OpenCircuits>();
        List<RawCircuit> opened = [];
        var refused = 0;
        for (var count = 0; count < 500; count++)
        {
            var (status, circuit) = await RawCircuit.ConnectAsync(dashboard.BaseAddress, admin.SessionCookie, origin);
            if (circuit is null)
            {
                status.ShouldBe(HttpStatusCode.TooManyRequests);
                refused++;
            }
            else
            {
                opened.Add(circuit);
                (await circuit.StartAsync(dashboard.BaseAddress)).ShouldBeTrue();
                await circuit.OpenAsync();
                SpinWait.SpinUntil(() => circuits.Count == opened.Count, TimeSpan.FromSeconds(30));
                circuits.Count.ShouldBe(opened.Count);
            }
        }

        refused.ShouldBe(500 - (2 * most));
        circuits.Count.ShouldBe(2 * most);

        using var other = new Visitor(dashboard);
        await other.SignInAsync("auditor@acme.test");
        (await other.WhoAsync()).ShouldBe("auditor@acme.test");
        var (_, others) = await RawCircuit.ConnectAsync(dashboard.BaseAddress, other.SessionCookie, origin);
        (await others!.StartAsync(dashboard.BaseAddress)).ShouldBeTrue();

        // Those told to leave that did not are cut; the newest go on.
        alone.Clock.Advance(OpenCircuit.Grace);
        await Task.WhenAll(opened.Take(most).Select(c => c.ClosedAsync())).WaitAsync(TimeSpan.FromSeconds(30));
        (await opened[^1].StartAsync(dashboard.BaseAddress)).ShouldBeFalse("a connection has one circuit");
        others.Dispose();
        opened.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task MalformedMessages_EndTheirOwnConnectionAndOthersAreServed()
    {
        var (_, bystander) = await RawCircuit.ConnectAsync(dashboard.BaseAddress, admin.SessionCookie, Own);
        foreach (var message in Malformed())
        {
            var (_, circuit) = await RawCircuit.ConnectAsync(dashboard.BaseAddress, admin.SessionCookie, Own);
            using (circuit)
            {
                await circuit!.StartAsync(dashboard.BaseAddress);
                try
                {
                    await circuit.SendAsync(message);
                    // The hub reads one after the other: once it has answered what comes next, or has closed, it has read this.
                    await circuit.StartAsync(dashboard.BaseAddress);
                }
                catch (System.Net.WebSockets.WebSocketException)
                {
                    // Closed while the rest of it was on the way.
                }
            }
        }

        (await admin.WhoAsync()).ShouldBe(Visitor.Admin);
        using (bystander)
        {
            (await bystander!.StartAsync(dashboard.BaseAddress)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task HugeMessage_ClosesItsConnection()
    {
        var (_, circuit) = await RawCircuit.ConnectAsync(dashboard.BaseAddress, admin.SessionCookie, Own);
        using (circuit)
        {
            (await circuit!.StartAsync(dashboard.BaseAddress)).ShouldBeTrue();
            await circuit.SendAsync(RawCircuit.Call("BeginInvokeDotNetFromJS", "1", "", "", "0", new string('x', 40_000)));

            await circuit.ClosedAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private static string OriginOf(RunningDashboard dashboard) => dashboard.BaseAddress.GetLeftPart(UriPartial.Authority);

    private static IEnumerable<byte[]> Malformed()
    {
        const int Deep = 30_000;
        var brackets = new string('[', 15_000);
        yield return [];
        yield return [0x00];
        yield return [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        yield return RawCircuit.Frame([]);
        yield return RawCircuit.Frame([0xc1]);
        yield return RawCircuit.Frame([0x96]);
        // Arrays within arrays, and maps within maps, to the size of a message.
        yield return RawCircuit.Frame([.. Enumerable.Repeat((byte)0x91, Deep)]);
        yield return RawCircuit.Frame([.. Enumerable.Repeat((byte)0x81, Deep)]);
        yield return RawCircuit.Frame([0x96, 0x01, .. Enumerable.Repeat((byte)0x81, Deep)]);
        // Announces four thousand million elements.
        yield return RawCircuit.Frame([0x96, 0x01, 0xdf, 0xff, 0xff, 0xff, 0xff]);
        yield return RawCircuit.Frame([0xdd, 0xff, 0xff, 0xff, 0xff]);
        yield return RawCircuit.Frame([0x96, 0x01, 0x80, 0xc0, 0xdb, 0xff, 0xff, 0xff, 0xff]);
        yield return RawCircuit.Call("NoSuchMethod");
        yield return RawCircuit.Call("StartCircuit");
        yield return RawCircuit.Call("StartCircuit", "x", "x", brackets, "x");
        yield return RawCircuit.Call("ConnectCircuit", "x");
        yield return RawCircuit.Call("ResumeCircuit", "x", "x", "x", "[]", "x");
        yield return RawCircuit.Call("UpdateRootComponents", brackets, "x");
        yield return RawCircuit.Call("OnLocationChanged", "\0", "\0", "x");
        yield return RawCircuit.Call("BeginInvokeDotNetFromJS", "1", "SalesOs.Dashboard", "x", "0", brackets);
        yield return RawCircuit.Call("EndInvokeJSFromDotNet", "1", "true", brackets);
        yield return Encoding.UTF8.GetBytes(brackets);
    }

    /// <summary>With an admin who has signed in.</summary>
    public sealed class SignedIn : SharedDashboard
    {
        internal Visitor Admin { get; private set; } = null!;

        protected override IEnumerable<string> Arguments => ["--Logging:LogLevel:Default=None"];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            Admin = new Visitor(Dashboard);
            await Admin.SignInAsync();
        }

        public override ValueTask DisposeAsync()
        {
            Admin?.Dispose();
            return base.DisposeAsync();
        }
    }
}

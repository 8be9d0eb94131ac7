using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using SalesOs.Dashboard.Tests.Cluster;
using SalesOs.Dashboard.Tests.Faults;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>Open pages of several people, while the nodes behind the load balancer are killed and restarted one after the other.</summary>
[OnPostgres]
[Trait("Speed", "Long")]
public sealed class PagesOfSeveralNodesTests(Chromium chromium)
{
    private const int People = 4;

    private const string Address = "/integrations/api-keys?status=active&sort=name";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenPages_WhileNodesGo_ComeBackAtTheirAddressAndNobodyIsSignedOut(bool killed)
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var nodes = await NodesBehindNginx.StartAsync(provider.Settings);
        await provider.ServeAsync(nodes.Nginx.Address);
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        var people = new List<Person>();
        for (var i = 0; i < People; i++)
        {
            people.Add(await ForeignSignInTests.SignInAsync(await chromium.NewWindowAsync(nodes.Nginx.Address, trusting: true), "ana"));
            await people[i].Page.GotoAsync(Address);
            await people[i].LiveAsync();
        }

        var (begunAnew, slowest) = (0, TimeSpan.Zero);
        for (var node = 0; node < NodesBehindNginx.Count; node++)
        {
            foreach (var person in people)
            {
                await person.Page.EvaluateAsync("() => { window.same = true; }");
            }

            var at = Stopwatch.GetTimestamp();
            await (killed ? nodes.KillAsync(node) : nodes.TerminateAsync(node));
            at = killed ? at : Stopwatch.GetTimestamp();
            foreach (var person in people)
            {
                begunAnew += await ShouldGoOnAsync(person) ? 0 : 1;
                slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(at).Ticks));
            }

            await nodes.BeginAsync(node);
        }

        begunAnew.ShouldBeGreaterThanOrEqualTo(People, "each page was on one of the nodes");
        FaultRun.Tell(string.Create(
            CultureInfo.InvariantCulture, $"{People} open pages, three nodes {(killed ? "killed" : "restarted")}: {begunAnew} pages came back on another node, the slowest after {slowest.TotalSeconds:0.0} s"));
    }

    /// <summary>A page that answers what a person does, still or again.</summary>
    /// <returns>Whether it is the same page as before.</returns>
    private static async Task<bool> ShouldGoOnAsync(Person person)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await person.Button("Find a leaked key").ClickAsync(new() { Timeout = 2_000 });
                await person.Page.GetByLabel("Paste any text").WaitForAsync(new() { Timeout = 2_000 });
                break;
            }
            catch (Exception fault) when (fault is TimeoutException or PlaywrightException)
            {
                // The page is on its way to another node.
                Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(20);
            }
        }

        // A click that the line held back may have opened it twice.
        while (await person.Button("Close").CountAsync() is > 0 and var open)
        {
            await person.Button("Close").Last.ClickAsync();
            await Assertions.Expect(person.Button("Close")).ToHaveCountAsync(open - 1);
        }

        person.Page.Url.ShouldEndWith(Address);
        return await person.Page.EvaluateAsync<bool>("() => window.same === true");
    }
}

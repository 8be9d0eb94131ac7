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
    private const int Windows = 10;

    private const string Address = "/integrations/api-keys?status=active&sort=name";

    /// <summary>Each document keeps the moment in which it came alive.</summary>
    private const string KeepsWhenLive =
        """
        (() => {
          const look = () => { if (document.documentElement?.hasAttribute('data-live')) { window.liveAt ??= Date.now(); } };
          new MutationObserver(look).observe(document, { attributes: true, childList: true, subtree: true, attributeFilter: ['data-live'] });
        })();
        """;

    private static readonly int Pages = FaultRun.Pages(few: 4, many: 50);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenPages_WhileNodesGo_ComeBackAtTheirAddressAndNobodyIsSignedOut(bool killed)
    {
        await using var provider = await ForeignProvider.StartAsync();
        await using var nodes = await NodesBehindNginx.StartAsync([.. provider.Settings, "--Session:CircuitsPerUser=1000"]);
        await provider.ServeAsync(nodes.Nginx.Address);
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        await provider.PersonAsync("bia", ["admin"], ("acme", "Acme"));
        var people = await OpenAsync(nodes);
        var maker = await ForeignSignInTests.SignInAsync(await chromium.NewWindowAsync(nodes.Nginx.Address, trusting: true), "bia");
        var values = await maker.CreateKeyAsync("unsaved");
        var load = new LoadBehindNginx(nodes);
        var away = new List<double>();
        await load.RunAsync(async () =>
        {
            for (var node = 0; node < NodesBehindNginx.Count; node++)
            {
                foreach (var person in people)
                {
                    await person.Page.EvaluateAsync("() => { window.same = true; }");
                }

                var gone = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
                await (killed ? nodes.KillAsync(node) : nodes.TerminateAsync(node));
                foreach (var person in people)
                {
                    if (!await ShouldGoOnAsync(person, Address))
                    {
                        away.Add(await person.Page.EvaluateAsync<double>("() => window.liveAt") - gone);
                    }
                }

                await nodes.BeginAsync(node);
                // nginx asks it again after fail_timeout.
                await load.AnsweredAsync(300);
            }
        });

        (await maker.RevealedAsync()).ShouldBe(values, "what nobody has saved yet is still there");
        away.Count.ShouldBeGreaterThanOrEqualTo(people.Count, "each page was on one of the nodes");
        // What was under way on a node that is killed fails.
        load.Failures.Count.ShouldBeLessThanOrEqualTo(killed ? NodesBehindNginx.Count * LoadBehindNginx.Clients : 0, string.Join('\n', load.Failures));
        FaultRun.Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"{people.Count} open pages, three nodes {(killed ? "killed" : "restarted")} under load: {away.Count} pages came back on another node, {away.Order().ElementAt(away.Count / 2) / 1000:0.0} s after it at the median and {away.Max() / 1000:0.0} s at the latest; an unsaved reveal still there; "
            + $"{load.Answered} requests answered, {load.Failures.Count} failed"));
    }

    /// <summary>Pages of as many sessions as there are windows.</summary>
    private async Task<IReadOnlyList<Person>> OpenAsync(NodesBehindNginx nodes)
    {
        var (people, windows) = (new List<Person>(), new List<IBrowserContext>());
        for (var page = 0; page < Pages; page++)
        {
            if (page < Windows)
            {
                windows.Add(await chromium.NewWindowAsync(nodes.Nginx.Address, trusting: true));
                await windows[page].AddInitScriptAsync(KeepsWhenLive);
                people.Add(await ForeignSignInTests.SignInAsync(windows[page], "ana"));
                await people[page].Page.GotoAsync(Address);
            }
            else
            {
                people.Add(await Person.OpenAsync(windows[page % Windows], Address));
            }

            await people[page].LiveAsync();
        }

        return people;
    }

    /// <summary>What a page shows that doesn't answer, for whoever reads the failure.</summary>
    private static async Task<string> ShownAsync(Person person)
    {
        try
        {
            return $"{person.Page.Url}: {await person.Page.Locator("body").InnerTextAsync(new() { Timeout = 2_000 })}";
        }
        catch (Exception fault) when (fault is TimeoutException or PlaywrightException)
        {
            return $"{person.Page.Url}: {fault.Message}";
        }
    }

    /// <summary>A page that answers what a person does, still or again.</summary>
    /// <param name="address">Where it is.</param>
    /// <returns>Whether it is the same page as before.</returns>
    internal static async Task<bool> ShouldGoOnAsync(Person person, string address)
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
                if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(20))
                {
                    Assert.Fail($"The page does not come back. {await ShownAsync(person)}");
                }
            }
        }

        // A click that the line held back may have opened it twice.
        while (await person.Button("Close").CountAsync() is > 0 and var open)
        {
            await person.Button("Close").Last.ClickAsync();
            await Assertions.Expect(person.Button("Close")).ToHaveCountAsync(open - 1);
        }

        person.Page.Url.ShouldEndWith(address);
        return await person.Page.EvaluateAsync<bool>("() => window.same === true");
    }
}

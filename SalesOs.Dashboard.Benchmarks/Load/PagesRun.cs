using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Data.Sqlite;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>
/// What open pages cost the server: the memory of 500 that nobody touches, and the CPU of one that shows a key with 1,000 requests a second move.
/// </summary>
internal static class PagesRun
{
    private const string Page = "/integrations/api-keys";
    private const string Admin = "admin@acme.test";

    /// <summary>Of each kind that the server makes, so that a page of 25 is full.</summary>
    private const int Keys = 12;

    private const int Pages = 500;
    private const int WarmUp = 20;
    private const int Rounds = 7;
    private const int RequestsPerSecond = 1000;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    public static async Task PrintAsync(TextWriter output)
    {
        using (var server = ServerProcess.Start(cores: "0,1", keys: Keys))
        {
            Age(server.Directory);
            await IdleAsync(output, server, await OpenPage.SignInAsync(server.Address, Admin));
        }

        using (var server = ServerProcess.Start(cores: "0", keys: Keys))
        {
            await MovingAsync(output, server, await OpenPage.SignInAsync(server.Address, Admin));
        }
    }

    /// <summary>Keys of a minute ago read differently every minute; most have been there for long.</summary>
    private static void Age(string directory)
    {
        using var db = new SqliteConnection($"Data Source={Path.Combine(directory, "salesos.db")}");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = "UPDATE \"api_keys\" SET \"CreatedAt\" = \"CreatedAt\" - 4000000000";
        command.ExecuteNonQuery();
    }

    private static async Task IdleAsync(TextWriter output, ServerProcess server, CookieContainer cookies)
    {
        var pages = new List<OpenPage>();
        for (var i = 0; i < WarmUp; i++)
        {
            pages.Add(await OpenPage.OpenAsync(server.Address, cookies, Page));
        }

        await Task.Delay(Settle);
        var before = server.WorkingSet();
        for (var i = 0; i < Pages; i++)
        {
            pages.Add(await OpenPage.OpenAsync(server.Address, cookies, Page));
        }

        await Task.Delay(Settle);
        var after = server.WorkingSet();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Pages} idle pages, beside {WarmUp} from before: working set {before / 1e6:F0} MB, then {after / 1e6:F0} MB, {(after - before) / 1e3 / Pages:F0} KB a page; {pages.Count(p => p.Trouble is not null)} in trouble"));
        var cpu = server.Cpu();
        await Task.Delay(Turn);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"their CPU: {(server.Cpu() - cpu) / Turn:P2} of a core"));
        foreach (var page in pages)
        {
            await page.DisposeAsync();
        }
    }

    private static async Task MovingAsync(TextWriter output, ServerProcess server, CookieContainer cookies)
    {
        Process.GetCurrentProcess().ProcessorAffinity = 2;
        using var client = new LoadClient(server.Address, connections: 1);
        var alone = new List<double>();
        var watched = new List<double>();
        var updates = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var without = Drive(client, server);
            await using var page = await OpenPage.OpenAsync(server.Address, cookies, Page);
            await Task.Delay(TimeSpan.FromSeconds(1));
            var drawn = page.Batches;
            var with = Drive(client, server);
            if (round > 0)
            {
                alone.Add(without);
                watched.Add(with);
                updates.Add((page.Batches - drawn) / Turn.TotalSeconds);
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"a key at {RequestsPerSecond} requests a second, medians of {Rounds}: {Turns.Median(alone):P2} of a core without a page, {Turns.Median(watched):P2} with one open, "
            + $"difference of the turns {Turns.Median(watched.Zip(alone, (w, a) => w - a)):P2}; the page moves {Turns.Median(updates):F1} times a second"));
    }

    /// <returns>Cores that the server was busy with.</returns>
    private static double Drive(LoadClient client, ServerProcess server)
    {
        var requests = new RequestSource([server.Reusable[^1]], "POST", LoadServer.Signed, LoadRun.Body, fresh: false);
        var cpu = server.Cpu();
        var started = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < RequestsPerSecond * Turn.TotalSeconds; sent++)
        {
            var due = TimeSpan.FromSeconds((double)sent / RequestsPerSecond);
            while (Stopwatch.GetElapsedTime(started) < due)
            {
                Thread.SpinWait(20);
            }

            client.MicrosecondsOf(requests.Next());
        }

        return (server.Cpu() - cpu) / Stopwatch.GetElapsedTime(started);
    }
}

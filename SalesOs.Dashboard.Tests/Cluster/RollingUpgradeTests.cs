using System.Globalization;
using Npgsql;
using SalesOs.Dashboard.Tests.Browser;
using SalesOs.Dashboard.Tests.Faults;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Tests.SignIn;

namespace SalesOs.Dashboard.Tests.Cluster;

/// <summary>Nodes of the release before this one, behind the documented load balancer, are replaced by nodes of this one while callers and pages go on.</summary>
[OnPostgres]
[Trait("Speed", "Long")]
public sealed class RollingUpgradeTests(Chromium chromium)
{
    private const string Address = "/integrations/api-keys?status=active&sort=name";

    [Fact]
    public async Task Nodes_ReplacedOneByOneByThisRelease_FailNoRequestAndSignNobodyOut()
    {
        using var before = await PreviousRelease.BuildAsync();
        await using var provider = await ForeignProvider.StartAsync();
        await using var nodes = await NodesBehindNginx.StartAsync(before.Program, provider.Settings);
        await provider.ServeAsync(nodes.Nginx.Address);
        await provider.PersonAsync("ana", ["admin"], ("acme", "Acme"));
        var people = new List<Person>();
        for (var i = 0; i < 3; i++)
        {
            people.Add(await ForeignSignInTests.SignInAsync(await chromium.NewWindowAsync(nodes.Nginx.Address, trusting: true), "ana"));
            await people[i].Page.GotoAsync(Address);
            await people[i].LiveAsync();
        }

        var known = await MigrationsAsync(nodes);
        var load = new LoadBehindNginx(nodes);
        await load.RunAsync(async () =>
        {
            for (var node = 0; node < NodesBehindNginx.Count; node++)
            {
                await ReplaceAsync(node, program: null);
                if (node == 0)
                {
                    // The schema is this release's now; one of the release before that ends starts again all the same.
                    await ReplaceAsync(NodesBehindNginx.Count - 1, before.Program);
                }

                foreach (var person in people)
                {
                    await PagesOfSeveralNodesTests.ShouldGoOnAsync(person, Address);
                }
            }
        });

        load.Failures.ShouldBeEmpty();
        using var http = nodes.Nginx.NewClient();
        await NodeRequests.ShouldCountAsync(http, load.Key, load.LetIn);
        var entries = await NodeRequests.ShouldHaveWholeLogAsync(http);
        entries.ShouldBeGreaterThanOrEqualTo(load.Edited + 1, "each acknowledged edit has its entry");
        var migrations = await MigrationsAsync(nodes) - known;
        FaultRun.Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"three nodes of {before.Commit[..Math.Min(7, before.Commit.Length)]} replaced by this release behind nginx under load: {load.Answered} requests answered, none failed; {people.Count} pages, nobody signed out; "
            + $"{load.LetIn} signed requests counted, {entries} audit entries whole; {migrations} migrations applied meanwhile"));

        async Task ReplaceAsync(int node, string? program)
        {
            (await nodes.TerminateAsync(node)).ShouldBe(0);
            await nodes.BeginAsync(node, program);
            // nginx asks it again after fail_timeout.
            await load.AnsweredAsync(600);
        }
    }

    private static async Task<long> MigrationsAsync(NodesBehindNginx nodes)
    {
        await using var connection = new NpgsqlConnection(nodes.Connection + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("""SELECT count(*) FROM "__EFMigrationsHistory" """, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

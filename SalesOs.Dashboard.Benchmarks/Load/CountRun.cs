using System.Globalization;
using Microsoft.Data.Sqlite;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Benchmarks.Load;

/// <summary>
/// A million signed requests, then a clean stop: what the database counts beside what the client saw let in, and the server's memory along the way.
/// </summary>
internal static class CountRun
{
    private const int Requests = 1_000_000;
    private const int WarmUp = 100_000;
    private const int Parts = 100;

    public static void Print(TextWriter output)
    {
        using var server = ServerProcess.Start(cores: "0", keys: 300);
        long letIn;
        var memory = new List<double>();
        using (var client = new LoadClient(server.Address, connections: 32))
        {
            var requests = new RequestSource(server.Reusable, "POST", LoadServer.Signed, LoadRun.Body, fresh: false);
            var answered = client.Run(WarmUp, requests.Next);
            for (var part = 0; part < Parts; part++)
            {
                answered += client.Run(Requests / Parts, requests.Next);
                memory.Add(server.WorkingSet());
            }

            letIn = answered - client.Refused;
        }

        server.Stop();
        using var db = new SqliteConnection($"Data Source={Path.Combine(server.Directory, "salesos.db")};Mode=ReadOnly");
        db.Open();
        var ofKeys = Number(db, "SELECT SUM(\"UsageCount\") FROM \"api_keys\"");
        var byStep = Enum.GetValues<UsageStep>().Select(step => Number(db, string.Create(
            CultureInfo.InvariantCulture, $"SELECT SUM(\"Count\") FROM \"usage_counts\" WHERE \"Step\" = {(int)step} AND \"Counted\" = {CountedAs.Of(Verdict.LetIn)}"))).ToList();
        var callers = Number(db, "SELECT SUM(\"Count\") FROM \"key_callers\"");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"let in {letIn}; counted on the keys {ofKeys}, by minute {byStep[0]}, by hour {byStep[1]}, by day {byStep[2]}, by caller {callers}"));
        var first = Turns.Median(memory.Take(Parts / 10));
        var last = Turns.Median(memory.TakeLast(Parts / 10));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"working set after {WarmUp} requests of warm-up: first tenth {first / 1e6:F0} MB, last tenth {last / 1e6:F0} MB, ratio {last / first:F2}"));
    }

    private static long Number(SqliteConnection db, string sql)
    {
        using var command = db.CreateCommand();
#pragma warning disable CA2100 // Only constants and numbers of ours.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}

using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Hosting;
using SalesOs.Dashboard.Tests.Notices.Delivery;
using SalesOs.Dashboard.Tests.Notices.Mail;
using SalesOs.Dashboard.Tests.Notices.Webhooks;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Faults;

/// <summary>Guarantee N11: whatever happens between an act and its notices, each arrives under one id, and none tells of what did not happen.</summary>
public sealed class KilledNoticesTests : IAsyncLifetime
{
    private const int Clients = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string directory = Directory.CreateTempSubdirectory("salesos-test-").FullName;
    private readonly Random random = new(FaultRun.Seed);
    private readonly Receiver receiver = new();
    private readonly MailServer mails = new();

    private string[] Settings => [.. mails.Settings.Append(ToldHouse.Private).Select(setting => $"--{setting.Key}={setting.Value}"), "--Api:RequestsPerMinute=100000"];

    /// <summary>A webhook that is told of everything, and an address of what is dangerous.</summary>
    public async ValueTask InitializeAsync()
    {
        await using var house = await KeyHouse.OpenAsync(directory, new FakeTimeProvider(DateTimeOffset.UtcNow), [ToldHouse.Private, .. mails.Settings]);
        var admin = KeyHouse.Admin(LedgerClient.Tenant);
        string[] all = [.. NoticeEvents.Choices.Select(NoticeEvents.NameOf)];
        (await house.Get<NoticeWebhooks>().AddAsync(new NewWebhook(receiver.Url().ToString(), Events: all), admin)).Done.ShouldBeTrue();
        var email = (await house.Get<NoticeEmails>().AddAsync(new NewEmail("team@example.com", Events: ["key.unrestricted"]), admin)).Value!;
        await house.DeliverAsync();
        var link = mails.Mails.Single().TextBody!.Split('\n', ' ').Select(word => word.Trim()).Single(word => word.Contains("/notices/confirm/", StringComparison.Ordinal));
        (await house.Get<NoticeEmails>().ConfirmAsync(email.Id, link.Split('/')[^1])).Done.ShouldBeTrue();
    }

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        await mails.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public Task Kills_BetweenActsAndNotices_LoseNoneAndInventNone() => KillAsync(kills: 2);

    [Fact]
    [Trait("Speed", "Long")]
    public Task ManyKills_BetweenActsAndNotices_LoseNoneAndInventNone() => KillAsync(FaultRun.Kills);

    private async Task KillAsync(int kills)
    {
        var ledger = new Ledger(FaultRun.Seed, Clients);
        for (var round = 0; round < kills; round++)
        {
            var (program, address) = await ProgramProcess.StartAsync(directory, Settings);
            await using var killed = program;
            await using (var stored = StoredData.Open(directory))
            {
                await ledger.CompareAsync(stored, killedAt: 0);
            }

            var until = ledger.Acknowledged + random.Next(1, 60);
            var kill = Task.Run(async () =>
            {
                while (ledger.Acknowledged < until)
                {
                    await Task.Delay(1);
                }

                await program.KillAsync();
            });
            await Task.WhenAll(ledger.Clients.Select(client => client.RunAsync(address, () => true)));
            await kill;
        }

        var (last, _) = await ProgramProcess.StartAsync(directory, Settings);
        await using var ending = last;
        await using var data = StoredData.Open(directory);
        await ledger.CompareAsync(data, killedAt: 0);
        await ShouldArriveAsync(data, ledger);
    }

    /// <summary>What the log says was done, which the ledger has just been compared with, is what was told: no less, no more.</summary>
    private async Task ShouldArriveAsync(StoredData stored, Ledger ledger)
    {
        await using var db = stored.Database.Read(LedgerClient.Tenant);
        var acts = await db.Set<AuditEntry>().Where(e => e.KeyId != null).Select(e => new { e.KeyId, e.Action }).ToListAsync();
        // None of the ledger's keys names a scope.
        var expected = acts.Select(e => (Key: e.KeyId!.Value, Type: e.Action)).Concat(acts.Where(e => e.Action == AuditActions.KeyCreated).Select(e => (Key: e.KeyId!.Value, Type: "key.unrestricted")))
            .CountBy(e => e).ToDictionary();
        var began = TimeProvider.System.GetTimestamp();
        while (Arrived().Count < expected.Values.Sum() || Mailed().Count < acts.Count(e => e.Action == AuditActions.KeyCreated))
        {
            TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(Patience, $"{Arrived().Count} of {expected.Values.Sum()} have arrived by webhook, {Mailed().Count} by mail");
            await Task.Delay(50);
        }

        Arrived().Values.CountBy(told => told).ToDictionary().ShouldBe(expected, ignoreOrder: true);
        var dangerous = await db.Set<NoticeRow>().Where(n => n.Event == NoticeEvent.KeyUnrestricted).Select(n => n.Id).ToListAsync();
        Mailed().ShouldBe(dangerous.ToHashSet(), ignoreOrder: true);
        FaultRun.Tell(
            $"kill -9 and notices: seed {FaultRun.Seed}, {ledger.Acknowledged} acts acknowledged, {expected.Values.Sum()} notices arrived by webhook of which {receiver.Requests.Count - Arrived().Count} more than once, "
            + $"{dangerous.Count} by mail of which {mails.Mails.Count - 1 - dangerous.Count} more than once");
    }

    /// <summary>By their ids: one id tells of one thing.</summary>
    private Dictionary<string, (Guid Key, string Type)> Arrived()
    {
        var arrived = new Dictionary<string, (Guid Key, string Type)>(StringComparer.Ordinal);
        foreach (var request in receiver.Requests)
        {
            var body = JsonNode.Parse(request.Body)!;
            var told = (body["data"]!["api_key"]!["id"]!.GetValue<Guid>(), body["type"]!.GetValue<string>());
            if (!arrived.TryAdd(request.Headers["webhook-id"], told))
            {
                arrived[request.Headers["webhook-id"]].ShouldBe(told);
            }
        }

        return arrived;
    }

    /// <summary>The link of the address is the first mail of all.</summary>
    private HashSet<Guid> Mailed() => [.. mails.Mails.Skip(1).Select(mail => Guid.ParseExact(mail.MessageId!.Split('@')[0], "N"))];
}

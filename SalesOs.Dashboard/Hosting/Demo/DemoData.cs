using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Approvals;
using SalesOs.Dashboard.ApiKeys.Policies;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Reviews;
using SalesOs.Dashboard.Signing;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Hosting.Demo;

/// <summary>
/// Fills an empty database with two tenants that look lived in (setting <c>Demo</c>, in Development alone). What people did goes through the domain
/// services on a clock of its own, in the order of time, so that the audit chains are whole; usage is written in bulk. The same dice each time.
/// </summary>
internal sealed partial class DemoData
{
    private const int Seed = 1127;
    private const int SignInDays = 90;

    /// <summary>Events between two lines that tell how far it is.</summary>
    private const int Step = 100;

    private static readonly TimeSpan SaoPaulo = TimeSpan.FromHours(-3);

    private readonly IServiceProvider services;
    private readonly Database database;
    private readonly RoleMapping roles;
    private readonly ILogger<DemoData> logger;
    private readonly Random random = new(Seed);
    private readonly DateTimeOffset now;
    private readonly DemoClock clock;
    private readonly AuditLog audit;
    private readonly ApiKeyService keys;
    private readonly KeyPauses pauses;
    private readonly List<(DateTimeOffset At, Func<Task> Happen)> events = [];
    private readonly List<DemoMade> made = [];

    private DemoData(IServiceProvider services)
    {
        this.services = services;
        database = services.GetRequiredService<Database>();
        roles = services.GetRequiredService<RoleMapping>();
        logger = services.GetRequiredService<ILogger<DemoData>>();
        now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        clock = new DemoClock(now);
        audit = ActivatorUtilities.CreateInstance<AuditLog>(services, clock, DemoNotices.Followers(clock));
        var maker = ActivatorUtilities.CreateInstance<KeyMaker>(services, clock, audit);
        keys = ActivatorUtilities.CreateInstance<ApiKeyService>(services, clock, audit, maker);
        pauses = ActivatorUtilities.CreateInstance<KeyPauses>(services, clock, audit);
    }

    /// <summary>Does nothing, and says so, where there is data already. The ring must be loaded, the usage of the last hour not yet restored.</summary>
    public static async Task FillAsync(IServiceProvider services)
    {
        var demo = new DemoData(services);
        if (await demo.IsEmptyAsync())
        {
            await demo.TellAsync();
        }
        else
        {
            demo.LogKept();
        }
    }

    private async Task<bool> IsEmptyAsync()
    {
        await using var db = database.Read(tenantId: null);
        return !await db.Set<ApiKey>().IgnoreQueryFilters().AnyAsync() && !await db.Set<AuditEntry>().IgnoreQueryFilters().AnyAsync(e => e.TenantId != AuditLog.Platform);
    }

    private async Task TellAsync()
    {
        foreach (var key in DemoStory.Keys)
        {
            Plan(key);
        }

        foreach (var person in DemoPeople.All)
        {
            PlanSignIns(person);
        }

        var past = events.Where(e => e.At < now).OrderBy(e => e.At).ToList();
        LogFilling(DemoStory.Keys.Count, past.Count);
        foreach (var (at, happen, number) in past.Select((e, i) => (e.At, e.Happen, i + 1)))
        {
            clock.Set(at);
            await happen();
            if (number % Step == 0)
            {
                LogHappened(number, past.Count);
            }
        }

        await DemandAsync();
        LogUsage(made.Count);
        var usage = new DemoUsage(services.GetRequiredService<UsageRetention>(), random, now);
        await new DemoWriter(database, services.GetRequiredService<RejectionStore>(), now).WriteAsync([.. made.Select(usage.Of)]);
        await services.GetRequiredService<ExcessMarker>().MarkAsync();
        await new DemoNotices(services, database, audit, roles, clock, now).FillAsync();
        await AskAsync();
        LogFilled(made.Count, events.Count);
    }

    /// <summary>What one tenant demands of its keys since today, without an effect on those that work, and somebody who waits for a second person.</summary>
    private async Task DemandAsync()
    {
        clock.Set(now);
        var approvals = ActivatorUtilities.CreateInstance<SecondPerson>(services, clock, audit);
        var policies = ActivatorUtilities.CreateInstance<KeyPolicies>(services, clock, audit, approvals);
        Value(await policies.SetAsync(DemoStory.Policy, ifVersions: null, Caller(DemoPeople.Olivia)));
        var revoked = Value(await keys.ListAsync(new KeyQuery(PerPage: 1, Status: KeyStatus.Revoked, Descending: false), Caller(DemoPeople.Camila))).Keys[0];
        await keys.DeleteAsync(revoked.Id, Caller(DemoPeople.Camila) with { ApprovalReason = DemoStory.DeletionReason });
    }

    /// <summary>Somebody has left, and a review asks the others which keys they still need.</summary>
    private async Task AskAsync()
    {
        clock.Set(now);
        var departures = ActivatorUtilities.CreateInstance<PersonDepartures>(services, clock, audit);
        var left = Value(await services.GetRequiredService<KeyOwners>().ListAsync(Caller(DemoPeople.Olivia))).Single(o => o.Label == DemoPeople.Rafael.Email);
        Value(await departures.SayAsync(left.Id, Caller(DemoPeople.Olivia)));
        var reviews = ActivatorUtilities.CreateInstance<ReviewService>(services, clock, audit, pauses);
        var review = Value(await reviews.OpenAsync(new NewReview(DemoStory.ReviewName, now.AddDays(DemoStory.ReviewDays)), Caller(DemoPeople.Aurora)));
        var asked = Value(await services.GetRequiredService<ReviewQueries>().KeysAsync(review, ReviewPart.All, page: 1, perPage: 3, Caller(DemoPeople.Aurora))).Keys;
        Value(await reviews.DecideAsync(review, [.. asked.Select(k => k.Key.KeyId)], ReviewChoice.Keep, DemoStory.ReviewReason, Caller(DemoPeople.Camila)));
    }

    private void Plan(DemoKey key)
    {
        var created = AtWork(key.Age);
        var id = Guid.Empty;
        events.Add((created, async () => id = await MakeAsync(key, created)));
        foreach (var act in key.Acts)
        {
            var at = AtWork(act.DaysAgo);
            events.Add((at, () => ActAsync(key, id, act, at)));
        }
    }

    private async Task<Guid> MakeAsync(DemoKey key, DateTimeOffset at)
    {
        var created = Value(await keys.CreateAsync(key.ToRequest(), Caller(key.Maker)));
        var ended = key.Lasts is { } days ? at.AddDays(days) : DateTimeOffset.MaxValue;
        Remember(created, at, ended, key.Traffic, key.Rejections);
        return created.Key.Id;
    }

    private async Task ActAsync(DemoKey key, Guid id, DemoAct act, DateTimeOffset at)
    {
        switch (act)
        {
            case DemoEdit edit:
                Value(await keys.EditAsync(id, edit.Edit, ifVersion: null, Caller(act.Who)));
                break;
            case DemoRotation rotation:
                var overlap = rotation.QuietCycles is { } cycles ? new RotationOverlap { QuietCycles = cycles, Latest = at.AddDays(RotationOverlap.MostDaysToLatest) } : null;
                Remember(Value(await keys.RotateAsync(id, Caller(act.Who), new KeyRotation { Overlap = overlap })), at, DateTimeOffset.MaxValue, key.SuccessorTraffic, []);
                break;
            case DemoRevocation revocation:
                Value(await keys.RevokeAsync(id, revocation.Reason, Caller(act.Who)));
                Silence(id, at);
                break;
            case DemoPause pause:
                Value(await pauses.PauseAsync(id, new KeyPause { Reason = pause.Reason }, ifVersions: null, Caller(act.Who)));
                Silence(id, at);
                break;
            case DemoDeletion:
                await keys.DeleteAsync(id, Caller(act.Who));
                made.RemoveAll(m => m.Id == id);
                break;
        }
    }

    private void Silence(Guid id, DateTimeOffset from) => made[made.FindIndex(m => m.Id == id)] = made.Single(m => m.Id == id) with { EndedAt = from };

    private void PlanSignIns(DemoPerson person)
    {
        for (var day = SignInDays; day >= 0; day--)
        {
            var morning = new DateTimeOffset(now.ToOffset(SaoPaulo).AddDays(-day).Date, SaoPaulo).AddMinutes(500 + random.Next(110)).AddSeconds(random.Next(60));
            if (morning.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || random.NextDouble() > person.SignInsPerWeek / 5)
            {
                continue;
            }

            events.Add((morning, () => RecordAsync(AuditActions.SignedIn, person)));
            if (random.NextDouble() < 0.4)
            {
                events.Add((morning.AddMinutes(90 + random.Next(380)), () => RecordAsync(AuditActions.SignedOut, person)));
            }
        }
    }

    private Task RecordAsync(string action, DemoPerson person) =>
        database.WriteAsync(person.Tenant.Id, db => audit.AppendAsync(db, new AuditEvent(action), Caller(person)));

    /// <summary>A moment of a working day so many days ago, or up to two more.</summary>
    private DateTimeOffset AtWork(double daysAgo)
    {
        var day = now.ToOffset(SaoPaulo).AddDays(-daysAgo).Date;
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
        {
            day = day.AddDays(-1);
        }

        return new DateTimeOffset(day, SaoPaulo).AddHours(9).AddMinutes(random.Next(540)).AddSeconds(random.Next(60)).ToUniversalTime();
    }

    private Caller Caller(DemoPerson person) => person.ToCaller(roles, Guid.CreateVersion7(clock.GetUtcNow()));

    private void Remember(CreatedKey created, DateTimeOffset at, DateTimeOffset ended, DemoTraffic? traffic, IReadOnlyList<DemoRejection> rejections)
    {
        var k1 = new byte[SignatureChain.DigestSize];
        SignatureChain.DeriveK1(created.Secret, created.ApiKey, k1);
        made.Add(new DemoMade(created.Key.Id, TenantOf(created), k1, at, ended, traffic, rejections));
    }

    private string TenantOf(CreatedKey created) => services.GetRequiredService<KeyRing>().Find(created.ApiKey)!.TenantId;

    private static T Value<T>(Result<T> outcome) => outcome.Done ? outcome.Value : throw new InvalidOperationException($"The demo asks for what the rules refuse: {outcome.Error.Reason}.");

    [LoggerMessage(6102, LogLevel.Information, "Demo: filling the empty database with {Keys} keys, {Events} events and 90 days of usage; this takes some seconds.")]
    private partial void LogFilling(int keys, int events);

    [LoggerMessage(6103, LogLevel.Information, "Demo: {Done} of {Events} events.")]
    private partial void LogHappened(int done, int events);

    [LoggerMessage(6104, LogLevel.Information, "Demo: writing the usage of {Keys} keys.")]
    private partial void LogUsage(int keys);

    [LoggerMessage(6100, LogLevel.Information, "Demo: filled the empty database with {Keys} keys and what happened around them in {Events} events; sign in as admin@acme.test.")]
    private partial void LogFilled(int keys, int events);

    [LoggerMessage(6101, LogLevel.Warning, "Demo: the database holds data already and is left as it is. To fill one, give Data:Directory an empty folder.")]
    private partial void LogKept();
}

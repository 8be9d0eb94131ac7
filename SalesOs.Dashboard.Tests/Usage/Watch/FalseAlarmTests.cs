using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Watch;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

/// <summary>Keys that go on as always, through the program's own recorder, writer and watches: whoever is told too much reads nothing any more.</summary>
public class FalseAlarmTests
{
    /// <summary>For each key and week.</summary>
    private const double Most = 0.1;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly NoticeEvent[] Observed =
    [
        NoticeEvent.KeyNewAddress, NoticeEvent.KeySpike, NoticeEvent.KeySilent, NoticeEvent.KeyBadSignatures, NoticeEvent.KeyRevokedStillTried, NoticeEvent.KeyLimitReached, NoticeEvent.KeyExpiring,
    ];

    [Fact]
    public Task Keys_ThatGoOnAsAlwaysForWeeks_AreSeldomToldOf() => SimulateAsync(keys: 20, days: 38, mostOfAHabit: 5 * Most);

    [Fact]
    [Trait("Speed", "Long")]
    public Task TwoHundredKeys_ThatGoOnAsAlwaysFor90Days_AreSeldomToldOf() => SimulateAsync(keys: 200, days: 90, mostOfAHabit: 2 * Most);

    /// <param name="mostOfAHabit">As <see cref="Most"/>, of the habit that is told of most.</param>
    private static async Task SimulateAsync(int keys, int days, double mostOfAHabit)
    {
        await using var house = await KeyHouse.OpenAsync(clock: new FakeTimeProvider(new DateTimeOffset(2026, 8, 20, 0, 0, 0, TimeSpan.Zero)));
        var start = house.Clock.GetUtcNow();
        var uses = new List<(SimulatedUse Use, UsedKey Key)>();
        for (var i = 0; i < keys; i++)
        {
            uses.Add((new SimulatedUse(i, start), UsedKey.Of(house, await house.MakeAsync(new NewKey($"key {i}", RateLimit: 1_000_000)))));
        }

        for (var hour = 0; hour < days * 24; hour++)
        {
            await PassAsync(house, uses, hour);
        }

        await TellsOfWhatHappensAsync(house, uses);
        await DemandAsync(house, uses, start.AddDays(days), keys * days / 7.0, mostOfAHabit);
    }

    private static async Task PassAsync(KeyHouse house, IEnumerable<(SimulatedUse Use, UsedKey Key)> uses, int hour)
    {
        house.Clock.Advance(Hour / 2);
        foreach (var (use, key) in uses)
        {
            for (var left = use.In(house.Clock.GetUtcNow()); left > 0; left -= 20)
            {
                key.LetIn(Math.Min(left, 20), address: use.Address());
            }
        }

        await house.FlushAsync();
        await house.Get<SilenceWatch>().WatchAsync();
        if (hour % 24 == 0)
        {
            await house.Get<UsageSweeper>().SweepAsync();
        }

        house.Clock.Advance(Hour / 2);
    }

    /// <summary>Else it would be enough to tell nothing: all nightly jobs fall silent, and two keys are used as never before.</summary>
    private static async Task TellsOfWhatHappensAsync(KeyHouse house, IReadOnlyList<(SimulatedUse Use, UsedKey Key)> uses)
    {
        var (since, leaked, mad) = (house.Clock.GetUtcNow(), Of(UseHabit.OfficeHours)[0], Of(UseHabit.Busy)[0]);
        leaked.LetIn(address: "203.0.113.66");
        mad.LetIn(5000, address: uses.First(one => one.Key == mad).Use.Address());
        await house.FlushAsync();
        (await NewAsync(NoticeEvent.KeyNewAddress)).ShouldBe([leaked.Id]);
        (await NewAsync(NoticeEvent.KeySpike)).ShouldBe([mad.Id]);

        var nightly = Of(UseHabit.EveryNight).Select(key => key.Id).ToHashSet();
        var others = uses.Where(one => !nightly.Contains(one.Key.Id)).ToList();
        for (var hour = 1; hour <= 72; hour++)
        {
            await PassAsync(house, others, hour);
        }

        (await NewAsync(NoticeEvent.KeySilent)).Where(nightly.Contains).ShouldBe(nightly, ignoreOrder: true);

        IReadOnlyList<UsedKey> Of(UseHabit habit) => [.. uses.Where(one => one.Use.Habit == habit).Select(one => one.Key)];

        async Task<List<Guid>> NewAsync(NoticeEvent what) => [.. (await house.ToldAsync(what)).Where(n => n.At >= since).Select(n => n.KeyId!.Value)];
    }

    private static async Task DemandAsync(KeyHouse house, IReadOnlyList<(SimulatedUse Use, UsedKey Key)> uses, DateTimeOffset until, double weeks, double mostOfAHabit)
    {
        var habits = uses.ToDictionary(one => one.Key.Id, one => one.Use.Habit);
        var alarms = new List<(UseHabit Habit, NoticeEvent Event)>();
        foreach (var what in Observed)
        {
            alarms.AddRange((await house.ToldAsync(what)).Where(n => n.At < until).Select(n => (habits[n.KeyId!.Value], what)));
        }

        await using var db = house.Database.Read(KeyHouse.Acme);
        var requests = await db.Set<ApiKey>().SumAsync(k => k.UsageCount);
        var told = string.Join("; ", alarms.CountBy(alarm => alarm).OrderBy(alarm => alarm.Key.Habit).ThenBy(alarm => alarm.Key.Event).Select(alarm => $"{alarm.Key.Habit} {alarm.Key.Event} {alarm.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{alarms.Count} false alarms of {uses.Count} keys in {weeks:F0} key weeks, {alarms.Count / weeks:F4} each ({requests} requests): {told}");
        requests.ShouldBeGreaterThan(uses.Count * 500L, "there was something to tell of");
        (alarms.Count / weeks).ShouldBeLessThanOrEqualTo(Most, told);
        foreach (var habit in Enum.GetValues<UseHabit>())
        {
            (alarms.Count(alarm => alarm.Habit == habit) / (weeks / Enum.GetValues<UseHabit>().Length)).ShouldBeLessThanOrEqualTo(mostOfAHabit, $"{habit}: {told}");
        }
    }
}

using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Notices;
using SalesOs.Dashboard.Usage;
using SalesOs.Dashboard.Usage.Watch;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

/// <summary>What a house's keys are used for, written as the program writes it, and what people are told of it.</summary>
internal static class WatchedKey
{
    public static async Task FlushAsync(this KeyHouse house) => (await house.Get<UsageWriter>().FlushAsync()).ShouldBeTrue();

    public static Task<IReadOnlyList<ToldNotice>> ToldAsync(this KeyHouse house, NoticeEvent what) => ToldNotice.AllAsync(house, what);

    /// <summary>Passes the time by a step, so many times, with what the keys are used for before each; it is written as the program writes it.</summary>
    public static async Task UseAsync(this KeyHouse house, TimeSpan step, int times, Action<int> use)
    {
        for (var i = 0; i < times; i++)
        {
            use(i);
            await house.FlushAsync();
            house.Clock.Advance(step);
        }
    }

    /// <summary>As <see cref="UseAsync"/>, while silences are watched as well: more than an hour between two steps is a time in which the program was away.</summary>
    public static async Task WatchAsync(this KeyHouse house, TimeSpan step, int times, Action<int>? use = null)
    {
        for (var i = 0; i < times; i++)
        {
            use?.Invoke(i);
            await house.FlushAsync();
            await house.Get<SilenceWatch>().WatchAsync();
            house.Clock.Advance(step);
        }
    }
}

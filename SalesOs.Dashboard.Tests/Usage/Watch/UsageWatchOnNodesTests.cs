using Microsoft.Extensions.Time.Testing;
using SalesOs.Dashboard.Notices;
using SalesOs.Dashboard.Tests.ApiKeys;
using SalesOs.Dashboard.Tests.Persistence.Postgres;
using SalesOs.Dashboard.Usage;

namespace SalesOs.Dashboard.Tests.Usage.Watch;

/// <summary>Two nodes on one database, each with what it has counted itself.</summary>
[OnPostgres]
public class UsageWatchOnNodesTests
{
    [Fact]
    public async Task WhatNeitherNodeSeesAlone_IsToldOnce()
    {
        var directory = Directory.CreateTempSubdirectory("salesos-").FullName;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        await using (var one = await KeyHouse.OpenAsync(directory, clock))
        {
            var made = await one.MakeAsync();
            await using var other = await KeyHouse.OpenAsync(directory, clock);
            UsedKey[] keys = [UsedKey.Of(one, made), UsedKey.Of(other, made)];
            await one.UseAsync(TimeSpan.FromDays(1), 15, _ => keys[0].LetIn(10));

            foreach (var key in keys)
            {
                key.LetIn(60);
                key.LetIn(address: "203.0.113.9");
                key.Counted(Verdict.RateLimited);
                for (var i = 0; i < 10; i++)
                {
                    key.Counted(Verdict.BadSignature);
                }
            }

            (await Task.WhenAll(((KeyHouse[])[one, other]).Select(house => house.Get<UsageWriter>().FlushAsync()))).ShouldAllBe(written => written);

            foreach (var what in (NoticeEvent[])[NoticeEvent.KeySpike, NoticeEvent.KeyNewAddress, NoticeEvent.KeyLimitReached, NoticeEvent.KeyBadSignatures])
            {
                (await one.ToldAsync(what)).Count.ShouldBe(1, what.ToString());
            }

            (await one.ToldAsync(NoticeEvent.KeySpike))[0].Data["count"]!.GetValue<long>().ShouldBe(122);
        }

        await TestEngine.RemoveAsync(directory);
        Directory.Delete(directory, recursive: true);
    }
}
